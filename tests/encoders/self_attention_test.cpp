#include "encoders/attention.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

/// Self-attention under one of the position schemes, relaxed or not.
class SelfAttentionTest : public testing::TestWithParam<std::tuple<std::string, double>> {
 protected:
  SelfAttentionTest() : scheme_(position_scheme(std::get<0>(GetParam()))) {
    RelaxationOptions relaxed;
    relaxed.gamma = std::get<1>(GetParam());
    attention_ = SelfAttention(8, 2, 0.0, scheme_, relaxed);
    tests::fill(*attention_, tests::golden_weight);
  }

  at::Tensor run(const at::Tensor& x, const Lengths& lengths) {
    const at::Tensor positions =
        is_relative(scheme_) ? position_table(scheme_, x.size(1), 8, x.options()) : at::Tensor();
    const at::Tensor mask =
        lengths.ragged() ? lengths.valid_mask(at::kCPU).unsqueeze(1) : at::Tensor();
    return attention_->forward(x, positions, mask, lengths);
  }

  PositionScheme scheme_;
  SelfAttention attention_{nullptr};
};

TEST_P(SelfAttentionTest, PaddingDoesNotChangeValidFrames) {
  const std::vector<int64_t> frames = {6, 4, 1};
  const at::Tensor x = tests::sines({3, 6, 8}, 0.7, 0.2);
  const at::Tensor together = run(x, Lengths(frames, 6));
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t T = frames[static_cast<size_t>(b)];
    const at::Tensor alone = run(x.narrow(0, b, 1).narrow(1, 0, T), Lengths::full(1, T));
    tests::expect_near(together[b].narrow(0, 0, T), alone[0], 1e-6);
  }
}

TEST_P(SelfAttentionTest, OnlyLegacyPositionsKnowOfLeakingPadding) {
  const at::Tensor x = tests::sines({2, 5, 8}, 0.7, 0.2);
  const Lengths lengths({5, 3}, 5);
  const bool differs = !run(x, lengths).equal(run(x, lengths.leaky()));
  const bool positions_count = std::get<1>(GetParam()) < 1;
  EXPECT_EQ(differs, scheme_ == PositionScheme::kLegacy && positions_count);
}

TEST_P(SelfAttentionTest, Gradients) {
  attention_->to(at::kDouble);
  const at::Tensor x = tests::sines({2, 4, 8}, 0.7, 0.2).to(at::kDouble);
  const Lengths lengths({4, 2}, 4);
  tests::expect_gradients(*attention_, [&] { return run(x, lengths).square().sum(); });
}

INSTANTIATE_TEST_SUITE_P(
    Schemes,
    SelfAttentionTest,
    testing::Combine(testing::ValuesIn(position_scheme_names()), testing::Values(0.0, 0.3, 1.0)),
    [](const auto& info) {
      return std::get<0>(info.param) + "_gamma" +
             std::to_string(static_cast<int>(10 * std::get<1>(info.param)));
    });

}  // namespace
}  // namespace sotto::encoders
