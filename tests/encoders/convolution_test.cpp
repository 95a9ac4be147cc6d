#include "encoders/convolution.h"

#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

class ConvolutionModuleTest : public testing::TestWithParam<bool> {
 protected:
  ConvolutionModuleTest() {
    tests::fill(*module_, tests::golden_weight);
    module_->eval();
  }

  at::Tensor x_ = tests::sines({3, 6, 4}, 0.7, 0.2);
  Lengths lengths_{{6, 3, 1}, 6};
  ConvolutionModule module_{4, 3, GetParam()};
};

TEST_P(ConvolutionModuleTest, PaddingDoesNotChangeValidFrames) {
  const at::Tensor together = module_->forward(x_, lengths_);
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t T = lengths_.frames()[static_cast<size_t>(b)];
    const at::Tensor alone =
        module_->forward(x_.narrow(0, b, 1).narrow(1, 0, T), Lengths::full(1, T));
    tests::expect_near(together[b].narrow(0, 0, T), alone[0], 1e-6);
  }
}

TEST_P(ConvolutionModuleTest, WhatLeaksIsTheInputOrItsZeros) {
  const at::Tensor seen = GetParam() ? lengths_.zero_padding(x_, 1) : x_;
  const at::Tensor leaky = module_->forward(x_, lengths_.leaky());
  const at::Tensor expected = module_->forward(seen, Lengths::full(3, 6));
  EXPECT_TRUE(leaky.equal(GetParam() ? lengths_.zero_padding(expected, 1) : expected));
  // Zeros leak, too: the first layer's bias makes something of them.
  EXPECT_FALSE(leaky[1][2].equal(module_->forward(x_, lengths_)[1][2]));
}

TEST_P(ConvolutionModuleTest, Gradients) {
  module_->to(at::kDouble);
  module_->train();
  const at::Tensor x = x_.to(at::kDouble);
  const at::Tensor weights = tests::sines(x.sizes(), 1.3, 0.5).to(at::kDouble);
  for (const Lengths& lengths : {lengths_, lengths_.leaky()}) {
    tests::expect_gradients(
        *module_, [&] { return (module_->forward(x, lengths) * weights).sum(); });
  }
}

INSTANTIATE_TEST_SUITE_P(Inputs, ConvolutionModuleTest, testing::Bool(), [](const auto& info) {
  return info.param ? "masked" : "plain";
});

TEST(ConvolutionModuleKernelTest, IsOdd) {
  EXPECT_THROW(ConvolutionModule(4, 4), c10::Error);
}

}  // namespace
}  // namespace sotto::encoders
