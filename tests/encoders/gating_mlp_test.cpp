#include "encoders/gating_mlp.h"

#include "common/error.h"
#include "tests/encoders/plain_gating_mlp.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

constexpr int64_t kInput = 3;
constexpr double kEpsilon = 1e-12;

GatingMlpOptions gate_options(const std::string& activation, bool linear) {
  GatingMlpOptions options;
  options.hidden = 8;
  options.kernel = 3;
  options.gate_activation = activation;
  options.linear_after_conv = linear;
  return options;
}

class GatingMlpTest : public testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  GatingMlpTest() : options_(gate_options(std::get<0>(GetParam()), std::get<1>(GetParam()))) {
    tests::fill(*layer_, tests::golden_weight);
  }

  GatingMlpOptions options_;
  GatingMlp layer_{options_, kInput, 0.0, kEpsilon};
};

TEST_P(GatingMlpTest, EqualsPlainLoops) {
  const at::Tensor x = tests::sines({1, 5, kInput}, 0.7, 0.2);
  const tests::Matrix expected =
      tests::PlainGatingMlp(options_, *layer_, kEpsilon)(tests::matrix(x[0]));
  tests::expect_near(layer_->forward(x, Lengths::full(1, 5))[0], tests::table(expected), 2e-6);
}

TEST_P(GatingMlpTest, PaddingDoesNotChangeValidFrames) {
  const std::vector<int64_t> frames = {5, 3, 1};
  const at::Tensor x = tests::sines({3, 5, kInput}, 0.7, 0.2);
  const at::Tensor together = layer_->forward(x, Lengths(frames, 5));
  for (int64_t b = 0; b < 3; ++b) {
    const int64_t T = frames[static_cast<size_t>(b)];
    const at::Tensor alone =
        layer_->forward(x.narrow(0, b, 1).narrow(1, 0, T), Lengths::full(1, T));
    tests::expect_near(together[b].narrow(0, 0, T), alone[0], 1e-6);
  }
}

TEST_P(GatingMlpTest, Gradients) {
  layer_->to(at::kDouble);
  const at::Tensor x = tests::sines({2, 4, kInput}, 0.7, 0.2).to(at::kDouble);
  const Lengths lengths({4, 2}, 4);
  tests::expect_gradients(
      *layer_, [&] { return lengths.zero_padding(layer_->forward(x, lengths), 1).square().sum(); });
}

INSTANTIATE_TEST_SUITE_P(
    Activations,
    GatingMlpTest,
    testing::Combine(
        testing::Values("identity", "tanh", "relu", "swish", "gelu", "sigmoid"), testing::Bool()),
    [](const auto& info) {
      return std::get<0>(info.param) + (std::get<1>(info.param) ? "_linear" : "");
    });

TEST(GatingMlpStartTest, TheGateBeginsOpen) {
  at::manual_seed(44);
  for (const bool linear : {false, true}) {
    const GatingMlp layer(gate_options("identity", linear), kInput, 0.0, kEpsilon);
    for (const auto& parameter : layer->named_parameters()) {
      const std::string& name = parameter.key();
      if (name == "csgu.conv.weight" || name == "csgu.linear.weight") {
        EXPECT_LT(parameter.value().abs().max().item<double>(), 1e-5) << name;
        EXPECT_GT(parameter.value().abs().min().item<double>(), 0) << name;
      } else if (name == "csgu.conv.bias" || name == "csgu.linear.bias") {
        EXPECT_TRUE(parameter.value().eq(1).all().item<bool>()) << name;
      }
    }
  }
}

TEST(GatingMlpStartTest, LeakingPaddingIsSeen) {
  GatingMlp layer(gate_options("identity", false), kInput, 0.0, kEpsilon);
  tests::fill(*layer, tests::golden_weight);
  const at::Tensor x = tests::sines({2, 5, kInput}, 0.7, 0.2);
  const Lengths lengths({5, 3}, 5);
  const at::Tensor clean = layer->forward(x, lengths);
  const at::Tensor leaky = layer->forward(x, lengths.leaky());
  EXPECT_TRUE(leaky.equal(layer->forward(x, Lengths::full(2, 5))));
  EXPECT_FALSE(leaky[1][2].equal(clean[1][2]));     // its kernel reaches one frame of padding
  tests::expect_near(leaky[1][1], clean[1][1], 0);  // this one's does not
}

TEST(GatingMlpStartTest, RefusesWhatCannotWork) {
  GatingMlpOptions options = gate_options("identity", false);
  options.hidden = 7;
  EXPECT_THROW(options.validate(), ConfigError);
  options = gate_options("identity", false);
  options.kernel = 4;
  EXPECT_THROW(options.validate(), ConfigError);
}

}  // namespace
}  // namespace sotto::encoders
