#include "decoding/transcript_words.h"

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::decoding {
namespace {

TEST(WordTimesTest, SpansFromFirstFrameToTheFrameAfterTheLast) {
  const std::vector<Word> words = word_times(
      {"a", "t", " ", "f"}, {{3, 2, 2, 0.5}, {22, 4, 5, 0.8}, {1, 7, 7, 0.1}, {8, 10, 10, 0.9}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].word, "at");
  EXPECT_DOUBLE_EQ(words[0].start, 2 / 25.0);
  EXPECT_DOUBLE_EQ(words[0].end, 6 / 25.0);
  EXPECT_DOUBLE_EQ(words[0].confidence, (0.5 + 2 * 0.8) / 3);
  EXPECT_EQ(words[1].word, "f");
  EXPECT_DOUBLE_EQ(words[1].start, 10 / 25.0);
  EXPECT_DOUBLE_EQ(words[1].end, 11 / 25.0);
  EXPECT_DOUBLE_EQ(words[1].confidence, 0.9);
}

TEST(WordTimesTest, PiecesMayHoldSeveralLettersAndABlank) {
  const std::vector<Word> words = word_times(
      {" he", "llo", " ", " world"}, {{1, 0, 0, 1}, {2, 2, 2, 0.5}, {3, 4, 4, 1}, {4, 6, 7, 0.25}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].word, "hello");
  EXPECT_DOUBLE_EQ(words[0].confidence, 0.75);
  EXPECT_EQ(words[1].word, "world");
  EXPECT_DOUBLE_EQ(words[1].start, 6 / 25.0);
}

TEST(WordTimesTest, HanCharactersAreWordsByThemselves) {
  const std::vector<Word> words =
      word_times({"你", "好吗", "ok"}, {{1, 0, 1, 1}, {2, 4, 7, 0.5}, {3, 9, 9, 0.25}});
  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words[0].word, "你");
  EXPECT_DOUBLE_EQ(words[0].end, 2 / 25.0);
  EXPECT_EQ(words[1].word, "好");
  EXPECT_DOUBLE_EQ(words[1].start, 4 / 25.0);
  EXPECT_DOUBLE_EQ(words[1].end, 6 / 25.0);
  EXPECT_DOUBLE_EQ(words[1].confidence, 0.5);
  EXPECT_EQ(words[2].word, "吗");
  EXPECT_DOUBLE_EQ(words[2].start, 6 / 25.0);
  EXPECT_DOUBLE_EQ(words[2].end, 8 / 25.0);
  EXPECT_EQ(words[3].word, "ok");
  EXPECT_DOUBLE_EQ(words[3].start, 9 / 25.0);
}

TEST(WordTimesTest, ABlankTakesNoShareOfAPiece) {
  const auto words = word_times({" \u597d\u5417"}, {{7, 10, 13, 0.5}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_DOUBLE_EQ(words[0].start, 0.4);
  EXPECT_DOUBLE_EQ(words[0].end, 0.48);
  EXPECT_DOUBLE_EQ(words[1].start, 0.48);
  EXPECT_DOUBLE_EQ(words[1].end, 0.56);
}

TEST(WordTimesTest, TokensKnowTheirWords) {
  const auto tokens = token_times(
      {" a", "b", " ", "c", "好吗", " "},
      {{5, 0, 1, 1}, {6, 3, 3, 1}, {1, 4, 4, 1}, {7, 5, 5, 1}, {8, 7, 8, 1}, {1, 9, 9, 1}});
  ASSERT_EQ(tokens.size(), 6U);
  const int64_t words[] = {0, 0, -1, 1, 2, -1};
  for (size_t i = 0; i < tokens.size(); ++i) {
    EXPECT_EQ(tokens[i].word, words[i]) << i;
  }
  EXPECT_EQ(tokens[0].token, 5);
  EXPECT_EQ(tokens[0].piece, " a");
  EXPECT_DOUBLE_EQ(tokens[0].start, 0);
  EXPECT_DOUBLE_EQ(tokens[0].end, 2 / 25.0);
  EXPECT_DOUBLE_EQ(tokens[4].end, 9 / 25.0);
}

TEST(WordTimesTest, BlanksAloneAreNoWords) {
  EXPECT_TRUE(word_times({}, {}).empty());
  EXPECT_TRUE(word_times({" ", ""}, {{1, 0, 0, 1}, {0, 1, 1, 1}}).empty());
  EXPECT_THROW(word_times({"a"}, {}), Error);
}

}  // namespace
}  // namespace sotto::decoding
