#include "common/kernels/dropout.h"

#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace sotto {
namespace {

TEST(DropoutTest, KeepsItsShareAndScalesIt) {
  at::manual_seed(1);
  const at::Tensor x = at::full({1000, 200}, 3.0);
  const at::Tensor y = dropout(x, 0.25);
  const at::Tensor kept = y.ne(0);
  EXPECT_EQ(y.masked_select(kept).min().item<float>(), 4.0F);
  EXPECT_EQ(y.masked_select(kept).max().item<float>(), 4.0F);
  // 200 000 draws: a deviation of 0.001.
  EXPECT_NEAR(kept.to(at::kFloat).mean().item<double>(), 0.75, 0.005);
  // Neither rows nor columns are dropped together: deviations as of independent draws.
  EXPECT_NEAR(kept.to(at::kFloat).mean(1).std().item<double>(), std::sqrt(0.1875 / 200), 0.004);
  EXPECT_NEAR(kept.to(at::kFloat).mean(0).std().item<double>(), std::sqrt(0.1875 / 1000), 0.003);
  // Neighbours know nothing of each other.
  const at::Tensor flat = kept.flatten().to(at::kFloat) - 0.75;
  EXPECT_NEAR(
      (flat.narrow(0, 1, 199999) * flat.narrow(0, 0, 199999)).mean().item<double>(), 0, 0.003);
}

TEST(DropoutTest, OneDrawOfTheGeneratorDecides) {
  const at::Tensor x = at::ones({64, 64});
  at::manual_seed(7);
  const at::Tensor first = dropout(x, 0.5);
  const at::Tensor second = dropout(x, 0.5);
  at::manual_seed(7);
  EXPECT_TRUE(dropout(x, 0.5).equal(first));
  EXPECT_FALSE(first.equal(second));
  EXPECT_NEAR((first * second).mean().item<double>(), 1.0, 0.1);  // 2 * 2 / 4: independent
}

TEST(DropoutTest, GradientsPassWhereNumbersDid) {
  at::manual_seed(3);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    // Elements are numbered as they lie in memory, also where a gradient lies otherwise.
    const at::Tensor x = at::ones({30, 50}).to(type).t().requires_grad_();
    const at::Tensor y = dropout(x, 0.3);
    const at::Tensor upstream = at::ones({50, 30}).to(type);
    const at::Tensor gradient = torch::autograd::grad({y}, {x}, {upstream})[0];
    EXPECT_TRUE(gradient.equal(y.detach()));
    EXPECT_EQ(y.scalar_type(), type);
    EXPECT_GT(y.eq(0).sum().item<int64_t>(), 0);
  }
}

TEST(DropoutTest, ThreadsDoNotChangeIt) {
  const at::Tensor x = at::ones({300, 333});
  const int threads = at::get_num_threads();
  at::manual_seed(9);
  at::set_num_threads(1);
  const at::Tensor one = dropout(x, 0.1);
  at::manual_seed(9);
  at::set_num_threads(3);
  EXPECT_TRUE(dropout(x, 0.1).equal(one));
  at::set_num_threads(threads);
}

TEST(DropoutTest, RefusesWhatItCannotTake) {
  EXPECT_FALSE(has_dropout_kernel(at::ones({4, 4}, at::kDouble)));
  EXPECT_FALSE(has_dropout_kernel(at::ones({4, 4}).narrow(1, 0, 2)));
  EXPECT_THROW(dropout(at::ones({4}), 1.0), c10::Error);
}

}  // namespace
}  // namespace sotto
