// Lip front ends whose residual blocks look along time, in every activation.
#include "common/kernels/packable.h"
#include "frontends/resnet_lips.h"
#include "tests/frontends/batch.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::frontends {
namespace {

constexpr int64_t kSide = 12;
constexpr int64_t kBlocks = 4;  // two stages of two

class ResNetLipsVariantsTest
    : public testing::TestWithParam<std::tuple<double, std::string, std::string>> {
 protected:
  ResNetLipsVariantsTest() {
    options_.stem_channels = 3;
    options_.stem_kernel = {1, 5, 5};  // so that only the blocks may see time
    options_.widths = {3, 4};
    options_.blocks = kBlocks / 2;
    options_.share_3d = std::get<0>(GetParam());
    options_.activation = std::get<1>(GetParam());
    options_.stem_activation = std::get<1>(GetParam());
    options_.pooling = std::get<2>(GetParam());
    frontend_ = std::make_shared<ResNetLipsImpl>(options_, kSide);
    tests::fill(*frontend_, tests::golden_weight);
  }

  static at::Tensor clips(int64_t B, int64_t T) {
    return tests::sines({B, T, 1, kSide, kSide}, 0.73, 0.2);
  }

  ResNetLipsOptions options_;
  std::shared_ptr<ResNetLipsImpl> frontend_;
};

TEST_P(ResNetLipsVariantsTest, PaddingDoesNotChangeValidFrames) {
  tests::expect_batch_is_its_clips(*frontend_, clips(3, 6), {6, 3, 1}, 1, 3e-6);
}

TEST_P(ResNetLipsVariantsTest, TheFirstBlocksHaveKernelsOverTime) {
  int64_t number = 0;
  for (const auto& parameter : frontend_->trunk->named_parameters()) {
    if (tests::ends_with(parameter.key(), "conv1.weight")) {
      const bool over_time = number < std::lround(options_.share_3d * kBlocks);
      EXPECT_EQ(parameter.value().dim(), over_time ? 5 : 4) << parameter.key();
      ++number;
    }
  }
  EXPECT_EQ(number, kBlocks);
}

TEST_P(ResNetLipsVariantsTest, SeesTimeAsFarAsItsBlocksReach) {
  const at::NoGradGuard no_grad;
  frontend_->eval();
  const int64_t T = 11;
  at::Tensor lips = clips(1, T);
  const at::Tensor before = frontend_->forward(lips, Lengths::full(1, T));
  lips.select(1, 0).add_(0.5);
  const at::Tensor change =
      (frontend_->forward(lips, Lengths::full(1, T)) - before).abs().amax({0, 2});
  // A block over time has two kernels, of three frames each.
  const int64_t reach = 2 * std::lround(options_.share_3d * kBlocks);
  EXPECT_TRUE(change.narrow(0, reach + 1, T - reach - 1).le(1e-6).all().item<bool>());
  EXPECT_GT(change.select(0, 0).item<double>(), 1e-6);
  if (reach > 0) {
    EXPECT_GT(change.select(0, 1).item<double>(), 1e-6);
  }
}

TEST_P(ResNetLipsVariantsTest, Gradients) {
  frontend_->to(at::kDouble);
  frontend_->train();
  const Lengths lengths({3, 1}, 3);
  const at::Tensor lips = lengths.zero_padding(clips(2, 3), 1).to(at::kDouble);
  const at::Tensor weights =
      tests::sines({2, 3, frontend_->output_dim()}, 1.3, 0.5).to(at::kDouble);
  tests::expect_gradients(
      *frontend_,
      [&] { return (lengths.zero_padding(frontend_->forward(lips, lengths), 1) * weights).sum(); },
      2);
}

INSTANTIATE_TEST_SUITE_P(
    Variants,
    ResNetLipsVariantsTest,
    testing::Combine(
        testing::Values(0.0, 0.5, 1.0),
        testing::ValuesIn(activation_names()),
        testing::Values("average", "flatten")),
    [](const auto& info) {
      return "share" + std::to_string(std::lround(100 * std::get<0>(info.param))) + "_" +
             std::get<1>(info.param) + "_" + std::get<2>(info.param);
    });

TEST(ResNetLipsColourTest, ThreeChannelsPackedAndPlain) {
  const at::NoGradGuard no_grad;
  ResNetLipsOptions options;
  options.stem_channels = 3;
  options.stem_kernel = {3, 5, 5};
  options.widths = {3, 4};
  options.blocks = 1;
  const auto network = std::make_shared<ResNetLipsImpl>(options, Pictures(kSide, 3));
  ResNetLipsImpl& frontend = *network;
  tests::fill(frontend, tests::golden_weight);
  frontend.eval();
  const at::Tensor lips = tests::sines({2, 5, 3, kSide, kSide}, 0.73, 0.2);
  tests::expect_batch_is_its_clips(frontend, lips, {5, 2}, 1, 3e-6);
  const Lengths lengths = Lengths::full(2, 5);
  const at::Tensor plain = frontend.forward(lips, lengths);
  const at::Tensor swapped = frontend.forward(lips.flip(2), lengths);
  EXPECT_GT((plain - swapped).abs().max().item<double>(), 1e-4);  // it can tell colours apart
  pack_for_inference(frontend, Precision::kFloat32);
  EXPECT_LT((frontend.forward(lips, lengths) - plain).abs().max().item<double>(), 1e-5);
  EXPECT_THROW(frontend.forward(lips.narrow(2, 0, 1), lengths), c10::Error);
}

TEST(ResNetLipsLeakTest, LeakingPaddingIsSeenByBlocksOverTime) {
  const at::NoGradGuard no_grad;
  ResNetLipsOptions options;
  options.stem_channels = 3;
  options.widths = {3};
  options.blocks = 1;
  options.share_3d = 1;
  ResNetLipsImpl frontend(options, kSide);
  tests::fill(frontend, tests::golden_weight);
  frontend.eval();
  const Lengths lengths({5, 2}, 5);
  const at::Tensor lips = lengths.zero_padding(tests::sines({2, 5, 1, kSide, kSide}, 0.73, 0.2), 1);
  const at::Tensor leaky = frontend.forward(lips, lengths.leaky());
  EXPECT_TRUE(leaky.equal(frontend.forward(lips, Lengths::full(2, 5))));
  EXPECT_FALSE(leaky[1].narrow(0, 0, 2).equal(frontend.forward(lips, lengths)[1].narrow(0, 0, 2)));
}

}  // namespace
}  // namespace sotto::frontends
