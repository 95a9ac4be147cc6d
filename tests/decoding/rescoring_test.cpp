#include "decoding/rescoring.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

namespace sotto::decoding {
namespace {

constexpr int64_t kV = 7;

std::shared_ptr<TransformerDecoderImpl> decoder(int64_t seed) {
  TransformerDecoderOptions options(1);
  options.heads = 2;
  options.feed_forward = 12;
  at::manual_seed(seed);
  auto made = std::make_shared<TransformerDecoderImpl>(options, 8, kV);
  made->eval();
  return made;
}

Hypothesis heard(const std::vector<int64_t>& labels, double ctc) {
  Hypothesis hypothesis;
  hypothesis.tokens = {kV - 1};
  hypothesis.tokens.insert(hypothesis.tokens.end(), labels.begin(), labels.end());
  hypothesis.tokens.push_back(kV - 1);
  hypothesis.parts["ctc"] = ctc;
  return hypothesis;
}

/// log p(labels, eos), a step at a time.
double by_steps(
    TransformerDecoderImpl& decoder, const at::Tensor& memory, std::vector<int64_t> labels) {
  labels.push_back(kV - 1);
  const auto projected = decoder.project(memory);
  TransformerDecoderImpl::Cache cache;
  int64_t last = kV - 1;
  double sum = 0;
  for (const int64_t label : labels) {
    sum += decoder.step(projected, cache, at::tensor({last}, at::kLong))[0][label].item<double>();
    last = label;
  }
  return sum;
}

TEST(RescoringTest, AddsUpWhatTheDecodersSayStepByStep) {
  const torch::NoGradGuard no_grad;
  const auto left = decoder(1);
  const auto right = decoder(2);
  const at::Tensor memory = at::randn({1, 5, 8});
  std::vector<Hypothesis> found = {heard({1, 2, 3}, -4.0), heard({}, -9.0), heard({5}, -2.0)};
  rescore(memory, *left, right.get(), 0.5, 0.3, found);
  for (size_t n = 0; n < found.size(); ++n) {
    std::vector<int64_t> labels = found[n].labels();
    const double forward = by_steps(*left, memory, labels);
    const double backward =
        by_steps(*right, memory, std::vector<int64_t>(labels.rbegin(), labels.rend()));
    EXPECT_NEAR(found[n].parts.at("decoder"), forward, 1e-5);
    EXPECT_NEAR(found[n].parts.at("r_decoder"), backward, 1e-5);
    EXPECT_NEAR(
        found[n].score, 0.7 * forward + 0.3 * backward + 0.5 * found[n].parts.at("ctc"), 1e-5);
    EXPECT_TRUE(n == 0 || found[n - 1].score >= found[n].score);
  }
}

TEST(RescoringTest, WithoutAReversedDecoder) {
  const torch::NoGradGuard no_grad;
  const auto left = decoder(1);
  std::vector<Hypothesis> found = {heard({1}, -4.0)};
  rescore(at::randn({1, 5, 8}), *left, nullptr, 0.0, 0.0, found);
  EXPECT_EQ(found[0].parts.count("r_decoder"), 0U);
  EXPECT_NEAR(found[0].score, found[0].parts.at("decoder"), 1e-6);
}

}  // namespace
}  // namespace sotto::decoding
