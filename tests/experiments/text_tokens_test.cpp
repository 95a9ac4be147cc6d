#include "experiments/text_tokens.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "experiments/word_units.h"

namespace sotto::experiments {
namespace {

std::string fault_of(const std::string& text, const datasets::Tokenizer& tokenizer) {
  try {
    text_tokens(text, tokenizer);
  } catch (const DataError& fault) {
    return fault.what();
  }
  return "";
}

TEST(TextTokensTest, TakesTheFormThatTheVocabularyCanWrite) {
  const auto small = datasets::make_tokenizer("characters", datasets::english_characters());
  EXPECT_EQ(small->decode(text_tokens(" bin  blue\n", *small)), "bin blue");
  EXPECT_EQ(small->decode(text_tokens("Bin blue, now!", *small)), "bin blue now");
  const auto capitals =
      datasets::make_tokenizer("characters", {"<blank>", "<space>", "A", "B", "<eos>"});
  EXPECT_EQ(capitals->decode(text_tokens("AB a.", *capitals)), "AB A");
  const auto mixed =
      datasets::make_tokenizer("characters", {"<blank>", "<space>", "A", "b", "!", "<eos>"});
  EXPECT_EQ(mixed->decode(text_tokens("Ab b!", *mixed)), "Ab b!") << "as it is, where that works";
}

TEST(TextTokensTest, HanCharactersHaveNoBlanksBetweenThem) {
  const auto tokenizer = datasets::make_tokenizer(
      "characters", {"<blank>", "<unk>", "<space>", "好", "你", "a", "<eos>"});
  EXPECT_EQ(text_tokens("你\n好", *tokenizer), (std::vector<int64_t>{4, 3}));
  EXPECT_EQ(text_tokens("a a", *tokenizer), (std::vector<int64_t>{5, 2, 5}));
}

TEST(TextTokensTest, NamesWhatCannotBeWritten) {
  const auto tokenizer = datasets::make_tokenizer("characters", datasets::english_characters());
  EXPECT_EQ(
      fault_of("a caf\xC3\xA9 now", *tokenizer),
      "the model's vocabulary cannot write the word 'caf\xC3\xA9' of the text");
  EXPECT_EQ(
      fault_of("at 5", *tokenizer), "the model's vocabulary cannot write the word '5' of the text");
  EXPECT_EQ(fault_of(" \n", *tokenizer), "the text is empty");
  EXPECT_EQ(
      fault_of("?!", *tokenizer), "the text holds no word that the model's vocabulary can write");
}

TEST(TextTokensTest, UnknownIsNotWritten) {
  const auto tokenizer =
      datasets::make_tokenizer("characters", {"<blank>", "<unk>", "<space>", "a", "<eos>"});
  EXPECT_EQ(text_tokens("a", *tokenizer), std::vector<int64_t>{3});
  EXPECT_NE(fault_of("a b", *tokenizer).find("'b'"), std::string::npos);
}

TEST(TextTokensTest, PiecesWithoutTheirModel) {
  const auto tokenizer = datasets::make_tokenizer(
      "sentencepiece",
      {"<blank>",
       "<unk>",
       "\xE2\x96\x81"
       "go",
       "ing",
       "<eos>"});
  EXPECT_NE(fault_of("going", *tokenizer).find("--spm"), std::string::npos);
}

TEST(WordUnitsTest, WordsAndCharacters) {
  EXPECT_EQ(word_units("  bin blue "), (std::vector<std::string>{"bin", "blue"}));
  EXPECT_EQ(word_units("你好 ok"), (std::vector<std::string>{"你", "好", "ok"}));
  EXPECT_TRUE(word_units("").empty());
}

}  // namespace
}  // namespace sotto::experiments
