#include "experiments/confidence_scores.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sotto::experiments {
namespace {

TEST(ConfidenceScoresTest, FourWordsByHand) {
  const ConfidenceScores scores =
      score_confidences({{0.9, true}, {0.6, false}, {0.8, true}, {0.3, false}}, 2);
  EXPECT_EQ(scores.words, 4);
  EXPECT_EQ(scores.wrong, 2);
  EXPECT_NEAR(scores.mean, 0.65, 1e-12);
  // Bins {0.3, 0.6}: |0 - 0.9| / 4; {0.8, 0.9}: |2 - 1.7| / 4.
  EXPECT_NEAR(scores.ece, 0.9 / 4 + 0.3 / 4, 1e-12);
  EXPECT_NEAR(scores.brier, (0.01 + 0.36 + 0.04 + 0.09) / 4, 1e-12);
  const double surprise = -(std::log(0.9) + std::log(0.4) + std::log(0.8) + std::log(0.7)) / 4;
  EXPECT_NEAR(scores.nce, (std::log(2) - surprise) / std::log(2), 1e-12);
}

TEST(ConfidenceScoresTest, BinsOfUnequalCount) {
  // Five words in two bins: the two least, then three.
  const ConfidenceScores scores =
      score_confidences({{0.1, false}, {0.2, true}, {0.5, false}, {0.7, true}, {0.9, true}}, 2);
  EXPECT_NEAR(scores.ece, (0.7 + 0.1) / 5, 1e-12);
}

TEST(ConfidenceScoresTest, SayingTheShareIsWorthNothing) {
  std::vector<JudgedWord> words;
  for (int i = 0; i < 100; ++i) {
    words.push_back({0.75, i % 4 != 0});
  }
  const ConfidenceScores scores = score_confidences(words);
  EXPECT_NEAR(scores.nce, 0, 1e-12);
  EXPECT_NEAR(scores.brier, 0.1875, 1e-12);
  EXPECT_NEAR(scores.ece, 10 * 0.5 / 100, 1e-12);  // 7 or 8 right of 10 where 7.5 were promised
}

TEST(ConfidenceScoresTest, CertaintyIsHeldBack) {
  // A wrong word of confidence 1 surprises by log 10^4, not without end.
  const ConfidenceScores scores = score_confidences({{1, false}, {1, true}});
  const double surprise = (-std::log(1e-4) - std::log(1 - 1e-4)) / 2;
  EXPECT_NEAR(scores.nce, (std::log(2) - surprise) / std::log(2), 1e-9);
}

TEST(ConfidenceScoresTest, NothingToJudge) {
  const ConfidenceScores none = score_confidences({});
  EXPECT_EQ(none.words, 0);
  EXPECT_TRUE(std::isnan(none.ece));
  const ConfidenceScores all_right = score_confidences({{0.9, true}, {0.8, true}});
  EXPECT_TRUE(std::isnan(all_right.nce)) << "there is nothing to be unsure of";
  EXPECT_NEAR(all_right.ece, 0.15, 1e-12);
}

}  // namespace
}  // namespace sotto::experiments
