#include "common/batch_norm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>

#include "common/valid_frames.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

using tests::expect_near;

/// A norm whose numbers are not the first ones.
BatchNorm make_norm(int64_t channels) {
  BatchNorm norm(channels);
  const at::NoGradGuard no_grad;
  norm.weight.copy_(tests::sines({channels}, 0.9) + 1.5);
  norm.bias.copy_(tests::sines({channels}, 0.4));
  norm.running_mean.copy_(tests::sines({channels}, 0.3));
  norm.running_var.copy_(tests::sines({channels}, 0.7) + 2);
  return norm;
}

TEST(BatchNormTest, HasTheNamesAndTheNumbersOfTorchs) {
  BatchNorm norm(5);
  torch::nn::BatchNorm2d theirs(5);
  ASSERT_EQ(norm.named_parameters().keys(), theirs->named_parameters().keys());
  ASSERT_EQ(norm.named_buffers().keys(), theirs->named_buffers().keys());
  for (int i = 0; i < 3; ++i) {
    const at::Tensor x = tests::sines({2, 5, 3, 4}, 0.31 + i) * 3 + 1;
    EXPECT_TRUE(norm.forward(x).equal(theirs->forward(x)));
  }
  EXPECT_TRUE(norm.running_mean.equal(theirs->running_mean));
  EXPECT_TRUE(norm.running_var.equal(theirs->running_var));
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 3);
  norm.eval();
  theirs->eval();
  const at::Tensor x = tests::sines({2, 5, 3, 4}, 0.77);
  EXPECT_TRUE(norm.forward(x).equal(theirs->forward(x)));
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 3);
}

TEST(BatchNormTest, TakesSmallerNumbersAsFloats) {
  BatchNorm norm = make_norm(3);
  const at::Tensor x = tests::sines({2, 3, 6}, 0.31).to(at::kBFloat16);
  const at::Tensor y = norm.forward(x);
  EXPECT_EQ(y.scalar_type(), at::kFloat);
  BatchNorm same = make_norm(3);
  EXPECT_TRUE(y.equal(same.forward(x.to(at::kFloat))));
}

/// Two positions a frame: clips of 3, 1 and 2 frames.
const Lengths kRagged({3, 1, 2}, 3);

at::Tensor valid_by_hand(const at::Tensor& x) {
  return at::cat({x[0], x[1].narrow(1, 0, 2), x[2].narrow(1, 0, 4)}, 1);  // (C, 12, ...)
}

TEST(BatchNormTest, PaddingIsLeftOut) {
  BatchNorm norm = make_norm(4);
  const at::Tensor x = tests::sines({3, 4, 6, 2}, 0.37) * 2 + 1;
  const at::Tensor y = norm.forward(x, kRagged);
  BatchNorm same = make_norm(4);
  const at::Tensor expected = same.forward(valid_by_hand(x).unsqueeze(0))[0];
  expect_near(valid_by_hand(y), expected, 1e-6);
  expect_near(norm.running_mean, same.running_mean, 1e-6);
  expect_near(norm.running_var, same.running_var, 1e-6);
  EXPECT_EQ(y[1].narrow(1, 2, 4).abs().sum().item<double>(), 0);

  at::Tensor other = x.clone();
  other[1].narrow(1, 2, 4).fill_(1000);  // what stands in the padding
  BatchNorm again = make_norm(4);
  EXPECT_TRUE(again.forward(other, kRagged).equal(y));
}

TEST(BatchNormTest, WherePaddingLeaksItCounts) {
  BatchNorm norm = make_norm(4);
  BatchNorm same = make_norm(4);
  const at::Tensor x = tests::sines({3, 4, 6}, 0.37);
  EXPECT_TRUE(norm.forward(x, kRagged.leaky()).equal(same.forward(x)));
}

TEST(BatchNormTest, AnotherShapeIsRefused) {
  BatchNorm norm = make_norm(4);
  EXPECT_THROW(norm.forward(tests::sines({3, 4, 7}, 0.37), kRagged), c10::Error);
  EXPECT_THROW(norm.forward(tests::sines({2, 4, 6}, 0.37), kRagged), c10::Error);
}

TEST(BatchNormTest, GradientsWithPadding) {
  BatchNorm norm = make_norm(4);
  norm.to(at::kDouble);
  at::Tensor x = tests::sines({3, 4, 6}, 0.37).to(at::kDouble).set_requires_grad(true);
  const at::Tensor weights = tests::sines({3, 4, 6}, 1.1).to(at::kDouble);
  tests::expect_gradients(norm, [&] { return (norm.forward(x, kRagged) * weights).sum(); });
}

/// One reduction as if `others` were the sums of the other processes, in the order of the calls.
BatchNormReduction with(std::vector<at::Tensor>& others, std::vector<at::Tensor>& seen) {
  return [&others, &seen](at::Tensor& sums) {
    seen.push_back(sums.clone());
    if (seen.size() <= others.size()) {
      sums.add_(others[seen.size() - 1]);
    }
  };
}

struct Result {
  at::Tensor y;
  at::Tensor x_gradient;
  BatchNorm norm;
};

Result train(BatchNorm norm, const at::Tensor& input, const Lengths& lengths, const at::Tensor& w) {
  at::Tensor x = input.detach().clone().set_requires_grad(true);
  const at::Tensor y = norm.forward(x, lengths);
  (y * w).sum().backward();
  return {y.detach(), x.grad(), norm};
}

TEST(BatchNormTest, StatisticsOfSeveralAreThoseOfAll) {
  const at::Tensor x = tests::sines({5, 3, 4, 2}, 0.37) * 2 + 7;
  const at::Tensor w = tests::sines({5, 3, 4, 2}, 1.3);
  const Result all = train(make_norm(3), x, {}, w);
  // Two clips here, three there: first each one's own sums, then those of the other one.
  const std::vector<std::pair<int64_t, int64_t>> shares = {{0, 2}, {2, 3}};
  std::vector<at::Tensor> sums[2];
  std::vector<at::Tensor> weight_gradients;
  for (int round = 0; round < 3; ++round) {  // forward sums, then backward ones, then both known
    std::vector<at::Tensor> before[2] = {sums[0], sums[1]};
    for (size_t i = 0; i < 2; ++i) {
      BatchNorm norm = make_norm(3);
      std::vector<at::Tensor> seen;
      set_batch_norm_reduction(norm, with(before[1 - i], seen));
      const auto [begin, count] = shares[i];
      const Result part = train(norm, x.narrow(0, begin, count), {}, w.narrow(0, begin, count));
      ASSERT_EQ(seen.size(), 2U);
      sums[i] = seen;
      if (round < 2) {
        continue;
      }
      expect_near(part.y, all.y.narrow(0, begin, count), 1e-5);
      expect_near(part.x_gradient, all.x_gradient.narrow(0, begin, count), 1e-5);
      expect_near(part.norm.running_mean, all.norm.running_mean, 1e-6);
      expect_near(part.norm.running_var, all.norm.running_var, 1e-6);
      weight_gradients.push_back(part.norm.weight.grad());
    }
  }
  expect_near(weight_gradients[0] + weight_gradients[1], all.norm.weight.grad(), 2e-5);
}

TEST(BatchNormTest, AStandInUsesWhatOthersHaveAndAddsNothing) {
  std::vector<at::Tensor> none;
  std::vector<at::Tensor> seen;
  BatchNorm alone = make_norm(3);
  set_batch_norm_reduction(alone, with(none, seen));
  const at::Tensor x = tests::sines({2, 3, 4}, 0.37);
  train(alone, x, {}, at::ones({2, 3, 4}));
  std::vector<at::Tensor> others = seen;
  seen.clear();
  BatchNorm norm = make_norm(3);
  set_batch_norm_reduction(norm, with(others, seen));
  const Result part = train(
      norm, at::full({1, 3, 4}, 50.0), Lengths::full(1, 4).stand_in(), at::zeros({1, 3, 4}));
  EXPECT_EQ(seen[0].abs().sum().item<double>(), 0);
  EXPECT_EQ(seen[1].abs().sum().item<double>(), 0);
  EXPECT_EQ(part.x_gradient.abs().sum().item<double>(), 0);
  expect_near(part.norm.running_mean, alone.running_mean, 1e-6);
  expect_near(part.norm.running_var, alone.running_var, 1e-6);
}

TEST(ValidFramesTest, GoOutAndComeBack) {
  const Lengths lengths({3, 1}, 3);
  const at::Tensor x = tests::sines({2, 5, 6}, 0.37);  // two positions a frame
  const at::Tensor joined = join_valid(x, lengths);
  EXPECT_TRUE(joined[0].equal(at::cat({x[0], x[1].narrow(1, 0, 2)}, 1)));
  EXPECT_TRUE(split_valid(joined, lengths, 2).equal(lengths.zero_padding(x, 2, 2)));

  const at::Tensor pictures = tests::sines({2, 4, 3, 2, 2}, 0.21);
  const at::Tensor frames = valid_pictures(pictures, lengths);
  EXPECT_TRUE(frames.is_contiguous(at::MemoryFormat::ChannelsLast));
  ASSERT_EQ(frames.sizes(), (std::vector<int64_t>{4, 4, 2, 2}));
  EXPECT_TRUE(frames[2].equal(pictures[0].select(1, 2)));
  EXPECT_TRUE(frames[3].equal(pictures[1].select(1, 0)));

  const at::Tensor back = with_padding(frames.flatten(1), lengths);
  ASSERT_EQ(back.sizes(), (std::vector<int64_t>{2, 3, 16}));
  EXPECT_TRUE(back[1][0].equal(frames[3].flatten()));
  EXPECT_EQ(back[1].narrow(0, 1, 2).abs().sum().item<double>(), 0);
}

TEST(ValidFramesTest, GradientsGoBackToWhereTheyBelong) {
  const Lengths lengths({3, 1}, 3);
  at::Tensor x = tests::sines({2, 4, 3, 2, 2}, 0.21).set_requires_grad(true);
  const at::Tensor w = tests::sines({4, 4, 2, 2}, 0.9);
  (valid_pictures(x, lengths) * w).sum().backward();
  EXPECT_TRUE(x.grad()[0].select(1, 1).equal(w[1]));
  EXPECT_TRUE(x.grad()[1].select(1, 0).equal(w[3]));
  EXPECT_EQ(x.grad()[1].narrow(1, 1, 2).abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace sotto
