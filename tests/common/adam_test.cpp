#include "common/kernels/adam.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/nn/utils/clip_grad.h>

#include <cmath>

#include "common/kernels/training.h"

namespace sotto {
namespace {

struct Trained {
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> averages;
  std::vector<at::Tensor> squares;
};

/// Sizes around the kernel's pieces and vectors, a transposed one, one of a single number.
std::vector<at::Tensor> start() {
  at::manual_seed(1);
  return {at::randn({70000}), at::randn({3, 5, 7}), at::randn({1}), at::randn({40, 30}).t(),
          at::randn({4, 8, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast)};
}

at::Tensor gradient_of(const at::Tensor& weight, int64_t step) {
  return at::sin(weight.contiguous() * static_cast<double>(step));
}

using Step = void (*)(const std::vector<AdamRow>&, const AdamRule&, const at::Tensor&);

Trained ours(Step step_function, const AdamRule& rule, double decay, double limit) {
  Trained trained;
  for (const at::Tensor& weight : start()) {
    trained.weights.push_back(weight.clone());
    trained.averages.push_back(at::zeros_like(trained.weights.back()));
    trained.squares.push_back(at::zeros_like(trained.weights.back()));
  }
  for (int64_t step = 1; step <= 5; ++step) {
    std::vector<AdamRow> rows;
    std::vector<at::Tensor> gradients;
    for (size_t i = 0; i < trained.weights.size(); ++i) {
      gradients.push_back(gradient_of(trained.weights[i], step));
      rows.push_back(
          {trained.weights[i], gradients.back(), trained.averages[i], trained.squares[i], 1e-2,
           decay, step});
    }
    step_function(
        rows, rule, limit > 0 ? clip_factor(norm_of_all(gradients), limit) : at::Tensor());
  }
  return trained;
}

template <class Optimiser, class Options>
std::vector<at::Tensor> torchs(const AdamRule& rule, double decay, double limit) {
  std::vector<at::Tensor> weights;
  for (const at::Tensor& weight : start()) {
    weights.push_back(weight.clone().requires_grad_());
  }
  Optimiser optimiser(
      weights,
      Options(1e-2).betas({rule.beta1, rule.beta2}).eps(rule.epsilon).weight_decay(decay));
  for (int64_t step = 1; step <= 5; ++step) {
    for (at::Tensor& weight : weights) {
      weight.mutable_grad() = gradient_of(weight.detach(), step);
    }
    if (limit > 0) {
      torch::nn::utils::clip_grad_norm_(weights, limit);
    }
    optimiser.step();
  }
  return weights;
}

void expect_close(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    // A product and a sum in one instruction round once where two round twice.
    EXPECT_LT((a[i] - b[i]).abs().max().item<double>(), 1e-6) << i;
  }
}

TEST(AdamTest, GivesTorchsNumbers) {
  AdamRule rule;
  rule.beta2 = 0.98;
  rule.epsilon = 1e-9;
  for (const double limit : {0.0, 1.0}) {
    rule.decoupled = true;
    const auto adamw = torchs<torch::optim::AdamW, torch::optim::AdamWOptions>(rule, 0.03, limit);
    expect_close(ours(adam_step, rule, 0.03, limit).weights, adamw);
    expect_close(ours(adam_step_plain, rule, 0.03, limit).weights, adamw);
    rule.decoupled = false;
    const auto adam = torchs<torch::optim::Adam, torch::optim::AdamOptions>(rule, 0.03, limit);
    expect_close(ours(adam_step, rule, 0.03, limit).weights, adam);
    expect_close(ours(adam_step_plain, rule, 0.03, limit).weights, adam);
  }
}

TEST(AdamTest, KernelAndPlainFormKeepTheSameMoments) {
  const AdamRule rule;
  const Trained kernel = ours(adam_step, rule, 0, 2.0);
  const Trained plain = ours(adam_step_plain, rule, 0, 2.0);
  expect_close(kernel.averages, plain.averages);
  expect_close(kernel.squares, plain.squares);
}

TEST(AdamTest, FirstStepByHand) {
  // m = 0.1 g, v = 0.001 g^2, corrected to g and g^2: the weight moves by the rate, against g.
  const at::Tensor weight = at::tensor({1.0F, -2.0F});
  const at::Tensor average = at::zeros(2);
  const at::Tensor square = at::zeros(2);
  adam_step(
      {{weight, at::tensor({4.0F, -0.5F}), average, square, 0.1, 0.5, 1}}, {0.9, 0.999, 1e-12, true});
  EXPECT_NEAR(weight[0].item<float>(), 1.0 * (1 - 0.05) - 0.1, 1e-6);
  EXPECT_NEAR(weight[1].item<float>(), -2.0 * (1 - 0.05) + 0.1, 1e-6);
  EXPECT_NEAR(average[0].item<float>(), 0.4, 1e-6);
  EXPECT_NEAR(square[1].item<float>(), 0.00025, 1e-8);
}

TEST(AdamTest, NormOfAll) {
  EXPECT_FLOAT_EQ(norm_of_all({at::full({3}, 2.0), at::full({1, 1}, 2.0)}).item<float>(), 4.0F);
  const std::vector<at::Tensor> tensors = start();
  double sum = 0;
  for (const at::Tensor& x : tensors) {
    sum += x.to(at::kDouble).square().sum().item<double>();
  }
  EXPECT_NEAR(norm_of_all(tensors).item<double>(), std::sqrt(sum), 1e-5 * std::sqrt(sum));
  EXPECT_FLOAT_EQ(clip_factor(at::full({}, 5.0), 1.0).item<float>(), 0.2F);
  EXPECT_FLOAT_EQ(clip_factor(at::full({}, 0.5), 1.0).item<float>(), 1.0F);
  EXPECT_THROW(norm_of_all({}), c10::Error);
}

TEST(AdamTest, LevelsAgree) {
  at::manual_seed(2);
  const at::Tensor x = at::randn({10007});
  EXPECT_NEAR(
      training_kernels().square_sum(x.data_ptr<float>(), x.numel()),
      plain_training_kernels().square_sum(x.data_ptr<float>(), x.numel()), 1e-2);
}

}  // namespace
}  // namespace sotto
