#include "decoding/ctc_prefix_scorer.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/decoding/all_paths.h"

namespace sotto::decoding {
namespace {

constexpr float kZero = CtcPrefixScorer::kLogZero;

at::Tensor log_of(const std::vector<double>& flat, int64_t V) {
  return at::tensor(flat, at::kDouble).view({-1, V}).log().to(at::kFloat);
}

void expect_scores(
    const CtcPrefixScorer& scorer,
    const std::vector<std::vector<int64_t>>& candidates,
    const std::vector<float>& expected) {
  std::vector<float> scores;
  scorer.score(candidates, scores);
  ASSERT_EQ(scores.size(), expected.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    EXPECT_NEAR(scores[i], expected[i], expected[i] < -1e8 ? 1024 : 2e-6) << i;
  }
}

TEST(CtcPrefixScorerTest, WorkedCaseOfOneLabel) {
  CtcPrefixScorer scorer(log_of({0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.5, 0.4, 0.1}, 3));
  expect_scores(scorer, {}, {kZero, -0.2639655F, -2.8134108F});
  scorer.select({0}, {1});
  EXPECT_NEAR(scorer.prefix_score(0), -0.2639655, 1e-6);
  expect_scores(scorer, {}, {kZero, -3.4657359F, -0.1745395F});
}

TEST(CtcPrefixScorerTest, WorkedCaseOfTwoLabels) {
  CtcPrefixScorer scorer(log_of({0.5, 0.3, 0.1, 0.1, 0.2, 0.5, 0.2, 0.1, 0.4, 0.1, 0.4, 0.1}, 4));
  expect_scores(scorer, {}, {kZero, -0.5798185F, -1.4271164F, -3.2188759F});
  expect_scores(scorer, {{2, 0}}, {kZero, kZero, -1.4271164F, -3.2188759F});
  scorer.select({0}, {1});
  expect_scores(scorer, {}, {kZero, -4.5361776F, -0.8307686F, -0.8726158F});
  expect_scores(scorer, {{2, 3}}, {kZero, kZero, -0.8307686F, -0.8726158F});
  scorer.select({0}, {2});
  expect_scores(scorer, {}, {kZero, -3.7054088F, kZero, -0.0504309F});
}

bool begins_with(const std::vector<int64_t>& sequence, const std::vector<int64_t>& prefix) {
  return sequence.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), sequence.begin());
}

TEST(CtcPrefixScorerTest, SumsOverAllSequencesWithThePrefix) {
  at::manual_seed(1);
  // eos never occurs among the frames, so that prefixes and sequences share all probability.
  at::Tensor logits = at::randn({5, 4});
  logits.select(1, 3).fill_(-INFINITY);
  const at::Tensor emission = logits.log_softmax(1);
  const auto sums = tests::sums_of_all_paths(emission, emission.size(1) - 1);
  for (const std::vector<int64_t>& prefix :
       std::vector<std::vector<int64_t>>{{1}, {2, 1}, {1, 1}, {2, 2, 1}}) {
    CtcPrefixScorer scorer(emission);
    for (const int64_t token : prefix) {
      scorer.select({0}, {token});
    }
    double with_prefix = 0;
    for (const auto& [sequence, p] : sums) {
      with_prefix += begins_with(sequence, prefix) ? p : 0.0;
    }
    EXPECT_NEAR(scorer.prefix_score(0), std::log(with_prefix), 1e-5);
    std::vector<float> scores;
    scorer.score({}, scores);
    EXPECT_NEAR(scorer.prefix_score(0) + scores[3], std::log(sums.at(prefix)), 1e-5);
  }
}

TEST(CtcPrefixScorerTest, HypothesesDoNotInfluenceEachOther) {
  at::manual_seed(2);
  const at::Tensor emission = at::randn({9, 6}).log_softmax(1);
  CtcPrefixScorer several(emission);
  several.select({0, 0, 0}, {1, 2, 3});
  several.select({2, 0, 0, 1}, {4, 1, 2, 4});
  CtcPrefixScorer alone(emission);
  alone.select({0}, {3});
  alone.select({0}, {4});
  std::vector<float> all;
  std::vector<float> one;
  several.score({}, all);
  alone.score({}, one);
  EXPECT_EQ(std::vector<float>(all.begin(), all.begin() + 6), one);
}

TEST(CtcPrefixScorerTest, ImpossiblePrefixesStayImpossible) {
  at::manual_seed(2);
  CtcPrefixScorer scorer(at::randn({2, 4}).log_softmax(1));
  scorer.select({0, 0}, {1, 0});  // the second asks for a blank, which is no label
  scorer.select({0, 1}, {1, 2});  // [1 1] does not fit into two frames
  std::vector<float> scores;
  scorer.score({}, scores);
  EXPECT_EQ(scores, std::vector<float>(8, 0.0F));
  EXPECT_LT(scorer.prefix_score(0), -1e9F);
}

TEST(CtcPrefixScorerTest, RefusesOtherShapes) {
  EXPECT_THROW(CtcPrefixScorer(at::zeros({0, 4})), c10::Error);
  EXPECT_THROW(CtcPrefixScorer(at::zeros({4})), c10::Error);
  std::vector<float> scores;
  EXPECT_THROW(CtcPrefixScorer(at::zeros({2, 4})).score({{1}, {2}}, scores), c10::Error);
}

}  // namespace
}  // namespace sotto::decoding
