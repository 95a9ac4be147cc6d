#include "experiments/score_errors.h"

#include <gtest/gtest.h>

#include "experiments/score_lengths.h"
#include "experiments/score_summary.h"

namespace sotto::experiments {
namespace {

bool loops(const std::string& reference, const std::string& hypothesis) {
  return has_loop(split_words(reference), split_words(hypothesis));
}

TEST(ScoreErrorsTest, Loops) {
  EXPECT_TRUE(loops("go on", "go on on on"));
  EXPECT_TRUE(loops("so it is", "so it is it is it is"));
  EXPECT_FALSE(loops("go on", "go on on")) << "said twice";
  EXPECT_FALSE(loops("no no no", "no no no")) << "said so";
  EXPECT_FALSE(loops("no no no", "no no no no")) << "once more is no circle";
  EXPECT_TRUE(loops("no no no", "no no no no no"));
  EXPECT_FALSE(loops("", ""));
  EXPECT_TRUE(loops("", "a a a"));
  EXPECT_FALSE(loops("a b c d", "a b c a b"));
}

TEST(ScoreErrorsTest, CountsWhatWentWrong) {
  const std::vector<ScoredText> texts = {
      {"1", "bin blue now", "bin glue now"},
      {"2", "set blue", "set glue"},
      {"3", "lay red", ""},
      {"4", "", ""},
      {"5", "go", "go x x x"}};
  const ErrorKinds kinds = find_errors(texts, ScoreUnit::kWords);
  EXPECT_EQ(kinds.empty, 1) << "where nothing was said nothing is missing";
  EXPECT_EQ(kinds.loops, 1);
  ASSERT_EQ(kinds.confusions.size(), 4U);
  EXPECT_EQ(kinds.confusions[0].hypothesis, "x");
  EXPECT_EQ(kinds.confusions[0].reference, "");
  EXPECT_EQ(kinds.confusions[0].count, 3);
  EXPECT_EQ(kinds.confusions[1].reference, "blue");
  EXPECT_EQ(kinds.confusions[1].hypothesis, "glue");
  EXPECT_EQ(kinds.confusions[1].count, 2);
  EXPECT_EQ(format_confusions(kinds.confusions, 2), "     3  * > x\n     2  blue > glue\n");
  EXPECT_EQ(find_errors(texts, ScoreUnit::kWords, {}, 1).confusions.size(), 1U);
}

TEST(ScoreLengthsTest, ClipsByTheirLength) {
  std::vector<ScoredText> texts = {
      {"1", "a", "a", "", 0.5},
      {"2", "a b", "a", "", 1},
      {"3", "a", "b", "", 1.99},
      {"4", "a", "a", "", 40},
      {"5", "a", "a", "", 0}};
  const auto rows = length_rows(score(texts), ScoreUnit::kWords);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].name, "0 to 1 s");
  EXPECT_EQ(rows[1].name, "1 to 2 s");
  EXPECT_EQ(rows[1].sentences, 2);
  EXPECT_EQ(rows[1].counts.errors(), 2);
  EXPECT_EQ(rows[2].name, "16 s and more");
  EXPECT_EQ(rows[3].name, "unknown");
}

TEST(ScoreSummaryTest, DrawsOfNoise) {
  // 1 and 3 of 4 words wrong: a mean of 0.5 and a deviation of sqrt(2) / 4.
  const std::vector<ScoredText> texts = {
      {"1", "a b", "a x", "t", 1, 0},
      {"2", "c d", "c d", "u", 1, 0},
      {"1", "a b", "x x", "t", 1, 1},
      {"2", "c d", "c x", "u", 1, 1}};
  const ScoreSummary summary = summarise(texts, score(texts), SummaryOptions());
  ASSERT_EQ(summary.draws.size(), 2U);
  EXPECT_EQ(summary.draws[0], 0.25);
  EXPECT_EQ(summary.draws[1], 0.75);
  EXPECT_EQ(summary.mean, 0.5);
  EXPECT_NEAR(summary.deviation, 0.3535534, 1e-7);
  EXPECT_EQ(summary.total.counts.rate(), 0.5);
  EXPECT_EQ(summary.talkers.size(), 2U);
  EXPECT_LE(summary.interval.low, 0.5);
  EXPECT_GE(summary.interval.high, 0.5);
}

TEST(ScoreSummaryTest, MandarinIsCountedByCharactersWithoutBlanks) {
  EXPECT_EQ(unit_of_rules("mandarin-spoken-1"), ScoreUnit::kCharacters);
  EXPECT_EQ(unit_of_rules("english-1"), ScoreUnit::kWords);
  EXPECT_EQ(unit_of_rules(""), ScoreUnit::kWords);
  const SummaryOptions options = SummaryOptions::of(ScoreUnit::kCharacters);
  const std::vector<ScoredText> texts = {{"1", "我 是", "我不是"}};
  const ScoreSummary summary = summarise(texts, score(texts, options.scoring), options);
  EXPECT_EQ(summary.total.counts.reference(), 2);
  EXPECT_EQ(summary.total.counts.insertions, 1);
  EXPECT_EQ(summary.total.counts.errors(), 1);
}

}  // namespace
}  // namespace sotto::experiments
