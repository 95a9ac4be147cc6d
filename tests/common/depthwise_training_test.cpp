#include "common/kernels/depthwise_training.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace sotto {
namespace {

TEST(DepthwiseOverTimeTest, ForwardAndGradientsAreTheConvolutions) {
  at::manual_seed(4);
  for (const int64_t D : {3, 64, 130}) {
    for (const int64_t K : {1, 5, 31}) {
      const at::Tensor x =
          at::randn({2, 17, D}).requires_grad_();  // shorter than the widest kernel
      const at::Tensor weight = at::randn({D, 1, K}).requires_grad_();
      const at::Tensor bias = at::randn({D}).requires_grad_();
      const at::Tensor upstream = at::randn({2, 17, D});
      const at::Tensor y = depthwise_over_time(x, weight, bias);
      const at::Tensor expected =
          at::conv1d(x.transpose(1, 2), weight, bias, 1, K / 2, 1, D).transpose(1, 2);
      EXPECT_LT((y - expected).abs().max().item<double>(), 1e-4);
      const auto ours = torch::autograd::grad({y}, {x, weight, bias}, {upstream});
      const auto theirs = torch::autograd::grad({expected}, {x, weight, bias}, {upstream});
      for (size_t i = 0; i < ours.size(); ++i) {
        ASSERT_EQ(ours[i].sizes(), theirs[i].sizes());
        EXPECT_LT((ours[i] - theirs[i]).abs().max().item<double>(), 2e-4)
            << D << " " << K << " " << i;
      }
    }
  }
}

TEST(DepthwiseOverTimeTest, DoublesGoByLibTorch) {
  const auto options = at::TensorOptions().dtype(at::kDouble);
  const at::Tensor x = at::randn({1, 9, 4}, options);
  const at::Tensor weight = at::randn({4, 1, 3}, options);
  const at::Tensor bias = at::zeros({4}, options);
  const at::Tensor y = depthwise_over_time(x, weight, bias);
  const at::Tensor by_hand = (x[0].narrow(0, 3, 3).t() * weight.squeeze(1)).sum(1);
  EXPECT_LT((y[0][4] - by_hand).abs().max().item<double>(), 1e-12);
}

TEST(DepthwiseOverTimeTest, RefusesEvenKernels) {
  EXPECT_THROW(
      depthwise_over_time(at::ones({1, 4, 3}), at::ones({3, 1, 2}), at::ones({3})), c10::Error);
}

}  // namespace
}  // namespace sotto
