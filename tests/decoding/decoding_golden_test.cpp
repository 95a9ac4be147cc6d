#include <cmath>

#include <ATen/ATen.h>

#include "decoding/ctc_prefix_scorer.h"
#include "decoding/end_detection.h"
#include "tests/golden.h"

namespace sotto::decoding {
namespace {

using nlohmann::json;
using Lists = std::vector<std::vector<int64_t>>;

at::Tensor emission_of(const json& golden) {
  std::vector<float> flat;
  for (const json& row : golden.at("log_probs")) {
    for (const json& value : row) {
      flat.push_back(value.get<float>());
    }
  }
  const auto T = static_cast<int64_t>(golden.at("log_probs").size());
  return at::tensor(flat).view({T, -1}).clone();
}

/// Scores of prefixes that all begin with eos; each follows its own chain of labels.
std::vector<float> scores_of(
    const at::Tensor& emission, const Lists& prefixes, const Lists& candidates) {
  CtcPrefixScorer scorer(emission);
  for (size_t length = 1; length < prefixes.front().size(); ++length) {
    std::vector<int64_t> parents;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < prefixes.size(); ++i) {
      parents.push_back(length == 1 ? 0 : static_cast<int64_t>(i));
      tokens.push_back(prefixes[i][length]);
    }
    scorer.select(parents, tokens);
  }
  std::vector<float> scores;
  scorer.score(candidates, scores);
  return scores;
}

void expect_near(float value, float expected) {
  EXPECT_NEAR(value, expected, expected < -1e8F ? 2048 : 1e-5F * std::abs(expected) + 2e-6F);
}

TEST(CtcPrefixScorerGoldenTest, AllLabels) {
  const json golden = tests::golden_section("ctc_prefix_score");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const at::Tensor emission = emission_of(golden);
  for (const json& one : golden.at("numpy_all_labels")) {
    const auto prefix = one.at("prefix").get<std::vector<int64_t>>();
    CtcPrefixScorer scorer(emission);
    for (size_t i = 1; i < prefix.size(); ++i) {
      scorer.select({0}, {prefix[i]});
    }
    std::vector<float> scores;
    scorer.score({}, scores);
    for (size_t k = 0; k < scores.size(); ++k) {
      expect_near(scores[k] + scorer.prefix_score(0), one.at("log_psi").at(k).get<float>());
    }
  }
}

TEST(CtcPrefixScorerGoldenTest, BatchesOfCandidates) {
  const json golden = tests::golden_section("ctc_prefix_score");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  const at::Tensor emission = emission_of(golden);
  for (const json& one : golden.at("batch_partial")) {
    const std::vector<float> scores =
        scores_of(emission, one.at("prefixes").get<Lists>(), one.at("scoring_ids").get<Lists>());
    const int64_t V = emission.size(1);
    for (size_t i = 0; i < scores.size(); ++i) {
      expect_near(scores[i], one.at("delta_scores").at(i / V).at(i % V).get<float>());
    }
  }
  const std::vector<float> first = scores_of(emission, {{6}}, {});
  for (size_t k = 0; k < first.size(); ++k) {
    expect_near(first[k], golden.at("batch_full_first").at(0).at(k).get<float>());
  }
}

TEST(EndDetectionGoldenTest, AgreesInEveryCase) {
  const json golden = tests::golden_section("end_detect");
  if (golden.is_null()) {
    GTEST_SKIP() << "no golden vectors";
  }
  for (const json& one : golden.at("cases")) {
    std::vector<Hypothesis> ended;
    for (const json& length_and_score : one.at("hyps")) {
      Hypothesis hypothesis;
      hypothesis.tokens.assign(length_and_score.at(0).get<size_t>(), 1);
      hypothesis.score = length_and_score.at(1).get<float>();  // searches sum in float32
      ended.push_back(hypothesis);
    }
    EXPECT_EQ(end_detected(ended, one.at("i").get<int64_t>()), one.at("end").get<bool>()) << one;
  }
}

}  // namespace
}  // namespace sotto::decoding
