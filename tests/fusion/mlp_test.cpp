#include "fusion/mlp.h"

#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::fusion {
namespace {

MlpFusionOptions options_of(const std::string& norm, bool gate) {
  MlpFusionOptions options;
  options.hidden = 6;
  options.norm = norm;
  options.activation = "swish";
  options.gate = gate;
  return options;
}

class MlpFusionTest : public testing::TestWithParam<std::string> {};

TEST_P(MlpFusionTest, AnAbsentStreamCountsAsZeros) {
  at::manual_seed(12);
  const at::NoGradGuard no_grad;
  MlpFusionImpl fusion(options_of(GetParam(), true), 4, 4);
  fusion.eval();
  const at::Tensor video = at::randn({2, 3, 4});
  const at::Tensor audio = at::randn({2, 3, 4});
  const at::Tensor zeros = at::zeros({2, 3, 4});
  tests::expect_near(fusion.forward(video, {}, {}, {}), fusion.forward(video, zeros, {}, {}), 0);
  tests::expect_near(fusion.forward({}, audio, {}, {}), fusion.forward(zeros, audio, {}, {}), 0);
  // A stream that is defined for its neighbours' sake, and absent in one clip.
  const at::Tensor presence = tests::table({{1, 1}, {0, 1}});
  const at::Tensor mixed = fusion.forward(video, audio, presence, {});
  tests::expect_near(mixed[0], fusion.forward(video, audio, {}, {})[0], 1e-6);
  tests::expect_near(mixed[1], fusion.forward({}, audio, {}, {})[1], 1e-6);
}

TEST_P(MlpFusionTest, Gradients) {
  at::manual_seed(13);
  MlpFusionImpl fusion(options_of(GetParam(), true), 3, 3);
  fusion.to(at::kDouble);
  const at::Tensor video = at::randn({2, 4, 3}, at::kDouble);
  const at::Tensor audio = at::randn({2, 4, 3}, at::kDouble);
  const at::Tensor weights = at::randn({2, 4, 3}, at::kDouble);
  const at::Tensor presence = tests::table({{1, 1}, {1, 0}});
  tests::expect_gradients(
      fusion, [&] { return (fusion.forward(video, audio, presence, {}) * weights).sum(); });
}

TEST_P(MlpFusionTest, StreamsOfDifferentWidths) {
  at::manual_seed(16);
  MlpFusionImpl fusion(options_of(GetParam(), true), 3, 5);
  fusion.to(at::kDouble);
  const at::Tensor video = at::randn({2, 4, 3}, at::kDouble);
  const at::Tensor audio = at::randn({2, 4, 5}, at::kDouble);
  tests::expect_gradients(
      fusion, [&] { return fusion.forward(video, audio, {}, {}).square().sum(); });
  fusion.eval();
  const at::Tensor lips_only = fusion.forward(video, {}, {}, {});
  const at::Tensor sound_only = fusion.forward({}, audio, {}, {});
  EXPECT_EQ(lips_only.sizes(), (std::vector<int64_t>{2, 4, 3}));
  EXPECT_TRUE(lips_only.equal(fusion.forward(video, at::zeros_like(audio), {}, {})));
  EXPECT_TRUE(sound_only.equal(fusion.forward(at::zeros_like(video), audio, {}, {})));
}

INSTANTIATE_TEST_SUITE_P(
    Norms, MlpFusionTest, testing::Values("batchnorm", "layernorm", "none"), [](const auto& info) {
      return info.param;
    });

TEST(MlpFusionGateTest, AClosedGateSilencesAStream) {
  at::manual_seed(14);
  const at::NoGradGuard no_grad;
  MlpFusionImpl fusion(options_of("none", true), 4, 4);
  fusion.gate->weight.zero_();
  fusion.gate->bias.narrow(0, 0, 4).fill_(40);    // lips: sigmoid is 1
  fusion.gate->bias.narrow(0, 4, 4).fill_(-200);  // sound: sigmoid is 0
  const at::Tensor video = at::randn({1, 3, 4});
  tests::expect_near(
      fusion.forward(video, at::randn({1, 3, 4}), {}, {}), fusion.forward(video, {}, {}, {}), 1e-6);
}

TEST(MlpFusionGateTest, NeitherStreamIsAFault) {
  MlpFusionImpl fusion(options_of("none", false), 4, 4);
  EXPECT_THROW(fusion.forward({}, {}, {}, {}), c10::Error);
}

}  // namespace
}  // namespace sotto::fusion
