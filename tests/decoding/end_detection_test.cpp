#include "decoding/end_detection.h"

#include <utility>

#include <gtest/gtest.h>

namespace sotto::decoding {
namespace {

std::vector<Hypothesis> ended(const std::vector<std::pair<size_t, double>>& lengths_and_scores) {
  std::vector<Hypothesis> hypotheses;
  for (const auto& [length, score] : lengths_and_scores) {
    Hypothesis hypothesis;
    hypothesis.tokens.assign(length, 1);
    hypothesis.score = score;
    hypotheses.push_back(hypothesis);
  }
  return hypotheses;
}

TEST(EndDetectionTest, NeedsThreeRecentLengthsFarBelowTheBest) {
  EXPECT_TRUE(end_detected(ended({{3, -5}, {4, -20}, {5, -21}, {6, -22}}), 6));
  EXPECT_FALSE(end_detected(ended({{3, -5}, {4, -20}, {5, -21}, {6, -14}}), 6));
  EXPECT_FALSE(end_detected(ended({{3, -5}, {4, -20}, {6, -22}}), 6));
  EXPECT_FALSE(end_detected({}, 6));
  EXPECT_FALSE(end_detected(ended({{2, -1}}), 0));
}

}  // namespace
}  // namespace sotto::decoding
