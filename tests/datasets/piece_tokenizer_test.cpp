#include "datasets/text/piece_tokenizer.h"


#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/text/sentencepiece_trainer.h"
#include "tests/datasets/grid_sentences.h"
#include "tests/message_of.h"

namespace sotto::datasets {
namespace {

using tests::message_of;

using Ids = std::vector<int64_t>;
using Strings = std::vector<std::string>;

const std::string kWordBegin = "\xE2\x96\x81";

/// A model of single characters, so that what it cuts is known.
std::string letter_model() {
  SentencePieceTraining training;
  training.sentences = {"a b", "b a"};
  training.size = 6;
  return train_sentencepiece(training);
}

TEST(PieceTokenizerTest, NumbersPiecesByTheVocabulary) {
  const std::string model = letter_model();
  ASSERT_EQ(SentencePiece(model).encode("ab"), (Strings{kWordBegin, "a", "b"}));
  const PieceTokenizer tokenizer({"<blank>", "b", "<unk>", kWordBegin, "a", "QW", "<eos>"}, model);
  EXPECT_EQ(tokenizer.encode("ab b"), (Ids{3, 4, 1, 3, 1}));
  EXPECT_EQ(tokenizer.encode(""), Ids{});
  // Nothing that the model knows, but a unit of the vocabulary; and what neither knows.
  EXPECT_EQ(tokenizer.encode("QW Q"), (Ids{3, 5, 3, 2}));
  EXPECT_EQ(tokenizer.decode({3, 4, 1, 3, 5}), "ab QW");
  EXPECT_EQ(tokenizer.type(), "sentencepiece");
  EXPECT_EQ(tokenizer.model(), model);
}

TEST(PieceTokenizerTest, DecodesWithoutAModel) {
  const auto tokenizer = make_tokenizer("sentencepiece", {"<blank>", kWordBegin + "HI", "<eos>"});
  EXPECT_EQ(tokenizer->decode({1, 1}), "HI HI");
  EXPECT_TRUE(tokenizer->starts_word(1));
  EXPECT_EQ(tokenizer->model(), "");
  const std::string message = message_of([&] { tokenizer->encode("HI"); });
  EXPECT_NE(message.find("text 'HI': expected a SentencePiece model"), std::string::npos)
      << message;
  EXPECT_NE(message.find("--spm"), std::string::npos) << message;
}

TEST(PieceTokenizerTest, IsMadeAgainFromWhatAModelFileHolds) {
  const auto tokenizer =
      make_tokenizer("sentencepiece", {"<blank>", "<unk>", kWordBegin, "a", "<eos>"}, letter_model());
  const auto again = make_tokenizer(tokenizer->type(), tokenizer->tokens(), tokenizer->model());
  EXPECT_EQ(again->encode("a ba"), tokenizer->encode("a ba"));
}

TEST(PieceTokenizerTest, NamesThePieceThatHasNoId) {
  const PieceTokenizer tokenizer({"<blank>", kWordBegin, "a", "<eos>"}, letter_model());
  EXPECT_EQ(
      message_of([&] { tokenizer.encode("ab"); }),
      "text 'ab': piece 'b' is not in the vocabulary, which has no <unk> either");
}

TEST(PieceTokenizerTest, RefusesBytesThatAreNoModel) {
  EXPECT_THROW(make_tokenizer("sentencepiece", {"<blank>", "a", "<eos>"}, "model"), DataError);
  EXPECT_THROW(make_tokenizer("sentencepiece", {"a", "b"}), DataError);
}

TEST(PieceTokenizerTest, TypeIsFoundFromTheUnits) {
  const std::string character = "\xE4\xBD\xA0";
  EXPECT_EQ(tokenizer_type_of(english_characters()), "characters");
  EXPECT_EQ(tokenizer_type_of({"<blank>", "<unk>", character, "\x13", "<eos>"}), "characters");
  EXPECT_EQ(
      tokenizer_type_of({"<blank>", "<unk>", character + character, "<eos>"}), "sentencepiece");
  EXPECT_EQ(tokenizer_types(), (Strings{"characters", "sentencepiece"}));
}

}  // namespace
}  // namespace sotto::datasets
