
#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/text/character_tokenizer.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

using Ids = std::vector<int64_t>;

TEST(CharacterTokenizerTest, HasThirtyEnglishClasses) {
  const CharacterTokenizer tokenizer(english_characters());
  EXPECT_EQ(tokenizer.size(), 30);
  EXPECT_EQ(tokenizer.sos(), 29);
  EXPECT_EQ(tokenizer.eos(), 29);
  EXPECT_EQ(tokenizer.token(kBlank), "<blank>");
  EXPECT_EQ(tokenizer.token(1), "<space>");
  EXPECT_EQ(tokenizer.token(2), "'");
  EXPECT_EQ(tokenizer.token(28), "z");
}

TEST(CharacterTokenizerTest, EncodesAndDecodes) {
  const CharacterTokenizer tokenizer(english_characters());
  const Ids ids = {3, 4, 1, 28, 2};
  EXPECT_EQ(tokenizer.encode("ab z'"), ids);
  EXPECT_EQ(tokenizer.decode(ids), "ab z'");
  EXPECT_EQ(tokenizer.encode(""), Ids{});
  EXPECT_EQ(tokenizer.decode({}), "");
}

TEST(CharacterTokenizerTest, NamesTheTextOfAnUnknownCharacter) {
  const CharacterTokenizer tokenizer(english_characters());
  const std::string message = message_of([&] { tokenizer.encode("at caf\xC3\xA9 7"); });
  EXPECT_NE(message.find("at caf\xC3\xA9 7"), std::string::npos) << message;
  EXPECT_NE(message.find("'\xC3\xA9'"), std::string::npos) << message;
}

TEST(CharacterTokenizerTest, UsesUnkWhereTheVocabularyHasIt) {
  const CharacterTokenizer tokenizer({"<blank>", "<unk>", "\xE4\xBD\xA0", "<eos>"});
  EXPECT_EQ(tokenizer.encode("\xE4\xBD\xA0x "), (Ids{2, 1, 1}));
}

TEST(CharacterTokenizerTest, WritesInCapitalsWhereTheVocabularyHasNothingElse) {
  const CharacterTokenizer capitals({"<blank>", "<unk>", "<space>", "A", "\xE4\xBD\xA0", "<eos>"});
  EXPECT_EQ(capitals.encode("a A\xE4\xBD\xA0"), (Ids{3, 2, 3, 4}));
  const CharacterTokenizer mixed({"<blank>", "<unk>", "A", "b", "<eos>"});
  EXPECT_EQ(mixed.encode("aAb"), (Ids{1, 2, 3})) << "as it is";
}

TEST(CharacterTokenizerTest, KeepsControlCharactersAsUnits) {
  const CharacterTokenizer tokenizer({"<blank>", "\x13", "a", "<eos>"});
  EXPECT_EQ(tokenizer.encode("a\x13"), (Ids{2, 1}));
}

TEST(CharacterTokenizerTest, FindsWordBoundaries) {
  const CharacterTokenizer tokenizer(english_characters());
  EXPECT_TRUE(tokenizer.starts_word(1));
  EXPECT_FALSE(tokenizer.starts_word(3));
  EXPECT_FALSE(tokenizer.starts_word(kBlank));
  EXPECT_EQ(tokenizer.pieces({3, 1, 4}), (std::vector<std::string>{"a", " ", "b"}));
  EXPECT_EQ(tokenizer.piece(tokenizer.eos()), "");
}

TEST(TokenizerTest, IsMadeAgainFromItsList) {
  const auto tokenizer = make_tokenizer("characters", english_characters());
  const auto again = make_tokenizer(tokenizer->type(), tokenizer->tokens());
  EXPECT_EQ(again->encode("it's"), tokenizer->encode("it's"));
}

TEST(TokenizerTest, RefusesWhatIsNoVocabulary) {
  EXPECT_THROW(make_tokenizer("characters", {}), DataError);
  EXPECT_THROW(make_tokenizer("characters", {"<blank>", "a", "b"}), DataError);
  EXPECT_THROW(make_tokenizer("characters", {"a", "b", "<eos>"}), DataError);
  EXPECT_THROW(make_tokenizer("characters", {"<blank>", "a", "a", "<eos>"}), DataError);
  EXPECT_THROW(make_tokenizer("characters", {"<blank>", "ab", "<eos>"}), DataError);
  EXPECT_THROW(make_tokenizer("characters", {"<blank>", "", "<eos>"}), DataError);
  const std::string message = message_of([] { make_tokenizer("letters", english_characters()); });
  EXPECT_EQ(message, "tokenizer: expected one of characters, sentencepiece, got 'letters'");
}

TEST(TokenizerTest, RefusesIdsOutOfRange) {
  const CharacterTokenizer tokenizer(english_characters());
  EXPECT_THROW(tokenizer.decode({30}), DataError);
  EXPECT_THROW(tokenizer.decode({-2}), DataError);
}

}  // namespace
}  // namespace sotto::datasets
