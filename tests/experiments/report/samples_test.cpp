#include "experiments/report/samples.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "common/stages.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

/// The small network of the tests with random weights, and a batch of two clips of lips and sound.
class SamplesTest : public testing::Test {
 protected:
  static constexpr int64_t kFrames = 12;

  void SetUp() override {
    at::manual_seed(5);
    recipe_ = tests::tiny_recipe("nowhere");
    recipe_.model.label_classes = 3;
    tokenizer_ = datasets::make_tokenizer("characters", datasets::english_characters());
    network_ = AvsrModel(recipe_.model, tokenizer_->size());
    network_->eval();
    batch_.ids = {"one", "two"};
    batch_.texts = {"go up", "no"};
    batch_.tokens = {tokenizer_->encode("go up"), tokenizer_->encode("no")};
    batch_.lengths = Lengths({kFrames, 8}, kFrames);
    batch_.lips = at::randn({2, kFrames, 1, 16, 16});
    batch_.wave = at::randn({2, 640 * kFrames, 1});
    batch_.lips[1].narrow(0, 8, 4).zero_();
    batch_.wave[1].narrow(0, 640 * 8, 640 * 4).zero_();
    batch_.presence = at::ones({2, 2});
  }

  SampleClip look(int64_t b, Modality modality, bool stream_head = false) {
    EvaluationOptions options{modality, {}, stream_head};
    return look_at_clip(*network_, batch_, b, options, *tokenizer_, "heard", {6});
  }

  Recipe recipe_;
  std::shared_ptr<const datasets::Tokenizer> tokenizer_;
  AvsrModel network_{nullptr};
  datasets::Batch batch_;
};

TEST(GradCamTest, ByHand) {
  // Two channels of a 1 x 2 picture. Mean gradients 2 and -1: 2 * {1, 2} - {5, 1} = {-3, 3}.
  const at::Tensor map = at::tensor({1.0F, 2.0F, 5.0F, 1.0F}).view({1, 2, 1, 2});
  const at::Tensor gradient = at::tensor({1.0F, 3.0F, -1.0F, -1.0F}).view({1, 2, 1, 2});
  EXPECT_TRUE(grad_cam(map, gradient).equal(at::tensor({0.0F, 3.0F}).view({1, 1, 2})));
  // A score that grows with what a channel sees points at it, one that falls away does not.
  const at::Tensor lit = at::tensor({0.0F, 4.0F, 0.0F, 0.0F}).view({1, 1, 2, 2}).requires_grad_();
  for (const double sign : {1.0, -1.0}) {
    const at::Tensor score = sign * lit.mean();
    const at::Tensor cam = grad_cam(lit.detach(), torch::autograd::grad({score}, {lit})[0]);
    EXPECT_EQ(cam[0][0][1].item<float>(), sign > 0 ? 1.0F : 0.0F);  // 4 times a gradient of 1/4
    EXPECT_EQ(cam.sum().item<float>(), sign > 0 ? 1.0F : 0.0F);
  }
}

TEST_F(SamplesTest, AttentionIsAShareOfTheFrames) {
  const SampleClip clip = look(0, {true, true});
  ASSERT_EQ(clip.attention.rows, 6);  // five letters and the end
  ASSERT_EQ(clip.attention.columns, kFrames);
  ASSERT_EQ(clip.attention_tokens.size(), 6U);
  EXPECT_EQ(clip.attention_tokens[0], "g");
  EXPECT_EQ(clip.attention_tokens[2], "\u2423");
  EXPECT_EQ(clip.attention_tokens[5], "end");
  for (int64_t row = 0; row < 6; ++row) {
    double sum = 0;
    for (int64_t t = 0; t < kFrames; ++t) {
      sum +=
          clip.attention_peak * clip.attention.pixels[static_cast<size_t>(row * kFrames + t)] / 255;
    }
    EXPECT_NEAR(sum, 1, kFrames * clip.attention_peak / 510 + 1e-6);  // of rounding
  }
}

TEST_F(SamplesTest, CtcIsThatOfTheClip) {
  const SampleClip clip = look(1, {true, true});
  EXPECT_EQ(clip.frames, 8);
  EXPECT_EQ(clip.reference, "no");
  EXPECT_EQ(clip.hypothesis, "heard");
  const at::NoGradGuard no_grad;
  const at::Tensor emission = encode_batch(*network_, batch_, {true, true}).emission[1].exp();
  ASSERT_EQ(clip.speech.size(), 8U);
  for (int64_t t = 0; t < 8; ++t) {
    EXPECT_NEAR(clip.speech[static_cast<size_t>(t)], 1 - emission[t][0].item<double>(), 1e-5);
  }
  ASSERT_EQ(clip.tokens.size(), 2U);
  EXPECT_EQ(clip.tokens[0].text, "n");
  EXPECT_LE(clip.tokens[0].end, clip.tokens[1].begin);
  const int64_t n = batch_.tokens[1][0];
  const auto begin = static_cast<size_t>(clip.tokens[0].begin);
  EXPECT_NEAR(clip.tracks[0][begin], emission[clip.tokens[0].begin][n].item<double>(), 1e-5);
}

TEST_F(SamplesTest, HeatLiesOnTheLipsAndLeavesTheNetworkAlone) {
  network_->train();
  for (at::Tensor& parameter : network_->parameters()) {
    parameter.set_requires_grad(false);  // frozen: gradients come by way of the lips
  }
  const SampleClip clip = look(0, {false, true});
  ASSERT_EQ(clip.lips.size(), 6U);
  EXPECT_EQ(clip.lips[0].frame, 1);
  EXPECT_EQ(clip.lips[5].frame, 11);
  EXPECT_EQ(clip.lips[0].lips.rows, 16);
  EXPECT_EQ(clip.lips[0].heat.columns, 16);
  // Grey 0.5 + 0.25 of the normalised pixel.
  const double pixel = batch_.lips[0][1][0][0][0].item<double>();
  EXPECT_NEAR(
      clip.lips[0].lips.pixels[0], std::clamp(255 * (0.5 + 0.25 * pixel), 0.0, 255.0), 0.51);
  int64_t heat = 0;
  for (const SampleFrame& frame : clip.lips) {
    for (const uint8_t value : frame.heat.pixels) {
      heat += value;
    }
  }
  EXPECT_GT(heat, 0);
  EXPECT_TRUE(network_->is_training());
  for (const at::Tensor& parameter : network_->parameters()) {
    EXPECT_FALSE(parameter.grad().defined());
  }
}

TEST_F(SamplesTest, SoundAloneAndStreamHeads) {
  const SampleClip sound = look(0, {true, false});
  EXPECT_TRUE(sound.lips.empty());
  EXPECT_EQ(sound.modality, "a");
  const at::NoGradGuard no_grad;  // gradients are taken all the same
  const SampleClip head = look(0, {false, true}, /*stream_head=*/true);
  EXPECT_EQ(head.attention.rows, 0);  // no decoder hears a single stream
  EXPECT_EQ(head.speech.size(), static_cast<size_t>(kFrames));
  EXPECT_FALSE(head.lips[0].heat.pixels.empty());
}

TEST_F(SamplesTest, AWatchTakesTheFirstClips) {
  std::vector<EvaluationOptions> options = {
      {{false, true}, {}}, {{true, false}, {}}, {{true, true}, {}}};
  ValidationWatch watch(*network_, *tokenizer_, options, 1);
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < options.size(); ++i) {
    const Encoded encoded = encode_batch(*network_, batch_, options[i].modality);
    for (int64_t b = 0; b < 2; ++b) {
      watch({i, batch_, b, encoded, {}});
    }
  }
  ASSERT_EQ(watch.texts().size(), 6U);
  EXPECT_EQ(watch.texts()[1].id, "two");
  EXPECT_EQ(watch.texts()[1].seconds, 8 / 25.0);
  EXPECT_EQ(watch.texts()[1].hypothesis, "");
  ASSERT_EQ(watch.samples().size(), 2U);  // lips, and what hears both
  EXPECT_EQ(watch.samples()[0].modality, "v");
  EXPECT_EQ(watch.samples()[1].modality, "av");
}

}  // namespace
}  // namespace sotto::experiments
