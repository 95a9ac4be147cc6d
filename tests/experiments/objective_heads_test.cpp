// The reversed decoder, intermediate CTC and the switches that follow the published code.
#include <torch/utils.h>

#include "decoding/sentences.h"
#include "experiments/objective.h"
#include "tests/gradients.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

class ObjectiveHeadsTest : public testing::Test {
 protected:
  void build(const std::vector<std::string>& overrides) {
    const Recipe recipe = tests::tiny_recipe("none", overrides);
    model_ = AvsrModel(recipe.model, 30);
    tests::fill(*model_, tests::golden_weight);
    model_->eval();
    at::manual_seed(23);
    batch_.ids = {"a", "b"};
    batch_.lengths = Lengths({7, 4}, 7);
    batch_.presence = at::ones({2, 2});
    batch_.audio_weight = at::ones({2});
    batch_.lips = batch_.lengths.zero_padding(at::randn({2, 7, 1, 16, 16}), 1);
    batch_.wave = batch_.lengths.zero_padding(at::randn({2, 7 * 640, 1}), 1, 640);
    batch_.tokens = {{3, 4, 5}, {9}};
  }

  std::map<std::string, double> losses() {
    const torch::NoGradGuard no_grad;
    std::map<std::string, double> numbers;
    for (const auto& [name, value] : Objective(options_, true, true)(*model_, batch_, 1).parts) {
      numbers[name] = value.item<double>();
    }
    return numbers;
  }

  AvsrModel model_{nullptr};
  datasets::Batch batch_;
  LossOptions options_;
};

TEST_F(ObjectiveHeadsTest, TheReversedDecoderReadsBackwards) {
  build({"model.reversed_decoder.layers=1", "model.reversed_decoder.heads=2",
         "model.reversed_decoder.feed_forward=24"});
  options_.reverse_weight = 0.25;
  const auto both = losses();
  EXPECT_NEAR(
      both.at("total"),
      0.1 * both.at("ctc") +
          0.9 * (0.75 * both.at("attention") + 0.25 * both.at("attention_reversed")),
      1e-4);
  // The same decoder on labels that were turned around before.
  model_->decoder = model_->r_decoder;
  batch_.tokens = decoding::reversed(batch_.tokens);
  EXPECT_NEAR(losses().at("attention"), both.at("attention_reversed"), 1e-4);
}

TEST_F(ObjectiveHeadsTest, IntermediateCtcIsTheMeanOverBlocksAndStreams) {
  build({"model.audio.encoder.layers=3", "model.video.encoder.layers=3",
         "model.intermediate_ctc.blocks=[1, 2]"});
  options_.ctc_weight = 0.4;
  options_.intermediate_ctc = 0.25;
  const auto numbers = losses();
  EXPECT_NEAR(
      numbers.at("total"),
      0.4 * (0.75 * numbers.at("ctc") + 0.25 * numbers.at("ctc_between")) +
          0.6 * numbers.at("attention"),
      1e-4);
  const torch::NoGradGuard no_grad;
  const Streams streams = model_->encode(batch_.lips, batch_.wave, batch_.lengths);
  ASSERT_EQ(streams.video_logits.size(), 2U);
  ASSERT_EQ(streams.audio_logits.size(), 2U);
  double sum = 0;
  for (const auto* blocks : {&streams.video_logits, &streams.audio_logits}) {
    for (const at::Tensor& logits : *blocks) {
      sum += ctc_losses(logits, at::tensor({3, 4, 5, 9}, at::kLong), {3, 1}, {7, 4})
                 .sum()
                 .item<double>() /
             2;
    }
  }
  EXPECT_NEAR(numbers.at("ctc_between"), sum / 4, 1e-4);
}

TEST_F(ObjectiveHeadsTest, ConditioningFeedsWhatWasReadBack) {
  build({"model.audio.encoder.layers=2", "model.intermediate_ctc.blocks=[1]",
         "model.intermediate_ctc.conditioning=true"});
  const torch::NoGradGuard no_grad;
  const at::Tensor with = model_->encode(batch_.lips, {}, batch_.lengths).video;
  for (auto& parameter : model_->named_parameters()) {
    if (parameter.key().find("conditioning_layer") != std::string::npos) {
      parameter.value().zero_();
    }
  }
  EXPECT_GT((model_->encode(batch_.lips, {}, batch_.lengths).video - with).abs().max().item<double>(), 1e-3);
  // Padding still changes nothing.
  const at::Tensor alone =
      model_->encode(batch_.lips.narrow(0, 1, 1).narrow(1, 0, 4), {}, Lengths::full(1, 4)).video;
  const at::Tensor together = model_->encode(batch_.lips, {}, batch_.lengths).video;
  tests::expect_close(together[1].narrow(0, 0, 4), alone[0], 1e-5);
}

TEST_F(ObjectiveHeadsTest, Gradients) {
  build({"model.audio.encoder.layers=2", "model.intermediate_ctc.blocks=[1]",
         "model.intermediate_ctc.conditioning=true", "model.reversed_decoder.layers=1",
         "model.reversed_decoder.heads=2", "model.reversed_decoder.feed_forward=24",
         "model.stream_ctc=false", "stages.0.loss.stream_ctc=0", "stages.1.loss.stream_ctc=0"});
  model_->to(at::kDouble);
  for (at::Tensor* tensor : {&batch_.lips, &batch_.wave, &batch_.presence}) {
    *tensor = tensor->to(at::kDouble);
  }
  options_.ctc_weight = 0.4;
  const Objective objective(options_, true, true);
  tests::expect_gradients(*model_, [&] { return objective(*model_, batch_, 1).total; }, 1);
}

TEST_F(ObjectiveHeadsTest, DividingByTheBatchAgainScalesTheGradientAlone) {
  build({});
  const double once = losses().at("total");
  options_.by_batch_again = true;
  EXPECT_NEAR(losses().at("total"), once, 1e-6);
  const torch::NoGradGuard no_grad;
  EXPECT_NEAR(
      Objective(options_, true, true)(*model_, batch_, 1).total.item<double>(), once / 2, 1e-5);
}

TEST_F(ObjectiveHeadsTest, PaddingLeaksOnlyWhereAskedFor) {
  build({});
  const double clean = losses().at("total");
  options_.padding_leaks = true;
  EXPECT_GT(std::abs(losses().at("total") - clean), 1e-4);
  batch_.lengths = Lengths::full(2, 7);
  const double leaky = losses().at("total");
  options_.padding_leaks = false;
  EXPECT_EQ(losses().at("total"), leaky);  // nothing is padded, nothing can leak
}

}  // namespace
}  // namespace sotto::experiments
