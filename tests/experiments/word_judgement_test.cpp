#include "experiments/word_judgement.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sotto::experiments {
namespace {

HeardWord heard(const std::string& word, double tokens) {
  HeardWord result;
  result.word = {word, 0, 0, 0};
  result.evidence.tokens = tokens;
  return result;
}

TEST(WordJudgementTest, RightWordsAndTheirTimes) {
  const std::vector<HeardWord> words = {heard("set", 0.9), heard("white", 0.4), heard("now", 0.8)};
  const std::vector<decoding::Word> calibrated = {
      {"set", 0.5, 0.75, 0.95}, {"white", 0.75, 1.0, 0.5}, {"now", 1.5, 2.0, 0.9}};
  const auto judged = judge_words(
      words,
      calibrated,
      "set red by now",
      {{"set", 0.25, 0.5}, {"red", 0.5, 1.0}, {"by", 1.0, 1.25}, {"now", 1.25, 2.25}});
  ASSERT_EQ(judged.size(), 3U);
  EXPECT_TRUE(judged[0].right);
  EXPECT_DOUBLE_EQ(judged[0].start_error_s, 0.25);
  EXPECT_DOUBLE_EQ(judged[0].end_error_s, 0.25);
  EXPECT_FALSE(judged[1].right);
  EXPECT_TRUE(std::isnan(judged[1].start_error_s));
  EXPECT_TRUE(judged[2].right);
  EXPECT_DOUBLE_EQ(judged[2].start_error_s, 0.25);
  EXPECT_DOUBLE_EQ(judged[2].end_error_s, -0.25);
  EXPECT_EQ(start_errors(judged).size(), 2U);
  EXPECT_DOUBLE_EQ(confidences(judged, false)[1].confidence, 0.5);
  EXPECT_DOUBLE_EQ(confidences(judged, true)[1].confidence, 0.4);
  EXPECT_EQ(judged_evidence(judged)[1].evidence.tokens, 0.4);
}

TEST(WordJudgementTest, CaseIsNoMistake) {
  const auto judged = judge_words(
      {heard("SET", 0.9), heard("Red", 0.4)}, {{"SET", 0.5, 0.75, 0.95}, {"Red", 0.75, 1.0, 0.5}},
      "set red", {{"set", 0.25, 0.5}, {"red", 0.5, 1.0}});
  EXPECT_TRUE(judged[0].right);
  EXPECT_TRUE(judged[1].right);
  EXPECT_DOUBLE_EQ(judged[1].start_error_s, 0.25);
}

TEST(WordJudgementTest, AClipWithoutTimesAndAClipWithoutWords) {
  const auto judged = judge_words({heard("set", 0.9)}, {{"set", 0, 1, 0.9}}, "set", {});
  EXPECT_TRUE(judged[0].right);
  EXPECT_TRUE(start_errors(judged).empty());
  EXPECT_TRUE(judge_words({}, {}, "set", {{"set", 0, 1}}).empty());
}

TEST(WordJudgementTest, CharactersOfScriptsWithoutBlanksAreWords) {
  const auto judged = judge_words(
      {heard("你", 0.9), heard("号", 0.9)}, {{"你", 0, 1, 1}, {"号", 1, 2, 1}}, "你好", {});
  EXPECT_TRUE(judged[0].right);
  EXPECT_FALSE(judged[1].right);
}

TEST(WordJudgementTest, Quantiles) {
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_DOUBLE_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9), 9);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3}, 0.9), 3);
  EXPECT_DOUBLE_EQ(quantile({5}, 0.5), 5);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(WordJudgementTest, TimeScores) {
  const TimeScores scores = score_times({-0.3, 0.1, 0.2});
  EXPECT_EQ(scores.words, 3);
  EXPECT_DOUBLE_EQ(scores.median_s, 0.1);
  EXPECT_DOUBLE_EQ(scores.median_absolute_s, 0.2);
  EXPECT_DOUBLE_EQ(scores.absolute_90_s, 0.3);
}

}  // namespace
}  // namespace sotto::experiments
