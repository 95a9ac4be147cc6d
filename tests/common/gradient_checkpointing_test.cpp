#include "common/gradient_checkpointing.h"

#include <ATen/CPUGeneratorImpl.h>

#include "common/autocast.h"
#include "common/batch_norm.h"
#include "frontends/resnet_lips.h"
#include "tests/encoders/small_encoders.h"
#include "tests/tensors.h"

namespace sotto {
namespace {

using Forward = std::function<at::Tensor()>;

/// Everything that a step leaves behind: loss, gradients, buffers, and where the generator stands.
std::vector<at::Tensor> step(
    torch::nn::Module& network, bool checkpointing, const Forward& forward) {
  network.train();
  tests::fill(network, tests::golden_weight);
  network.zero_grad();
  for (at::Tensor& buffer : network.buffers()) {
    buffer.zero_();
  }
  set_gradient_checkpointing(network, checkpointing);
  at::manual_seed(11);
  const at::Tensor y = forward();
  const at::Tensor drawn = at::rand({3});
  y.backward(at::sin(at::arange(y.numel(), at::kFloat)).view(y.sizes()));
  std::vector<at::Tensor> left = {y.detach().clone(), drawn, at::rand({3})};
  for (const at::Tensor& parameter : network.parameters()) {
    left.push_back(parameter.grad().defined() ? parameter.grad().clone() : at::Tensor());
  }
  for (const at::Tensor& buffer : network.buffers()) {
    left.push_back(buffer.clone());
  }
  return left;
}

void expect_the_same(torch::nn::Module& network, const Forward& forward) {
  const auto plain = step(network, false, forward);
  const auto again = step(network, true, forward);
  ASSERT_EQ(plain.size(), again.size());
  for (size_t i = 0; i < plain.size(); ++i) {
    ASSERT_EQ(plain[i].defined(), again[i].defined()) << i;
    EXPECT_TRUE(!plain[i].defined() || plain[i].equal(again[i])) << i;
  }
}

class GradientCheckpointingTest : public testing::TestWithParam<tests::SmallEncoder> {};

TEST_P(GradientCheckpointingTest, EncodersToTheBitWithDropoutAndDrawnRelaxation) {
  const auto encoder = GetParam().make([](encoders::BlockStackOptions& options) {
    options.dropout = 0.2;
    options.attention_dropout = 0.1;
    options.relaxed.gamma = 0.3;
    options.relaxed.gamma_deviation = 0.1;
  });
  const Lengths lengths({9, 5}, 9);
  const at::Tensor x = tests::sines({2, 9, tests::kSmallWidth}, 0.7, 0.2);
  expect_the_same(*encoder, [&] { return encoder->forward(x, lengths); });
}

TEST_P(GradientCheckpointingTest, InTwoPassesOfTheSameBlocks) {
  const auto encoder = GetParam().make([](encoders::BlockStackOptions& options) {
    options.dropout = 0.2;
    options.passes = 2;
  });
  const at::Tensor x = tests::sines({2, 9, tests::kSmallWidth}, 0.7, 0.2);
  expect_the_same(*encoder, [&] { return encoder->forward(x, Lengths::full(2, 9)); });
}

TEST_P(GradientCheckpointingTest, UnderAutocast) {
  const auto encoder =
      GetParam().make([](encoders::BlockStackOptions& options) { options.dropout = 0.2; });
  const at::Tensor x = tests::sines({2, 9, tests::kSmallWidth}, 0.7, 0.2);
  expect_the_same(*encoder, [&] {
    const AutocastScope scope(at::kCPU, StepPrecision::kBfloat16);
    return encoder->forward(x, Lengths::full(2, 9));
  });
}

INSTANTIATE_TEST_SUITE_P(
    Encoders,
    GradientCheckpointingTest,
    testing::ValuesIn(tests::small_encoders()),
    [](const auto& info) { return info.param.name; });

TEST(GradientCheckpointingPartsTest, LipFrontEndAndItsRunningMeans) {
  frontends::ResNetLipsOptions options;
  options.stem_channels = 4;
  options.stem_kernel = {3, 5, 5};
  options.widths = {4, 6};
  options.activation = "prelu";
  const auto front =
      std::make_shared<frontends::ResNetLipsImpl>(options, frontends::Pictures(16, 1));
  const Lengths lengths({4, 2}, 4);
  const at::Tensor lips = tests::sines({2, 4, 1, 16, 16}, 0.3, 0.1);
  expect_the_same(*front, [&] { return front->forward(lips, lengths); });
}

TEST(GradientCheckpointingPartsTest, FrozenPartsAndRecognitionAreLeftAlone) {
  const auto encoder = tests::small_encoders().front().make([](encoders::BlockStackOptions&) {});
  encoder->eval();
  set_gradient_checkpointing(*encoder, true);
  for (at::Tensor& parameter : encoder->parameters()) {
    parameter.set_requires_grad(false);
  }
  const at::Tensor x = tests::sines({1, 4, tests::kSmallWidth}, 0.7, 0.2);
  EXPECT_FALSE(encoder->forward(x, Lengths::full(1, 4)).requires_grad());
  const at::Tensor leaf = x.clone().requires_grad_();
  encoder->forward(leaf, Lengths::full(1, 4)).sum().backward();
  EXPECT_TRUE(leaf.grad().defined());
}

}  // namespace
}  // namespace sotto
