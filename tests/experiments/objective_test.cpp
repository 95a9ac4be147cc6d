#include "experiments/objective.h"

#include "experiments/recogniser.h"
#include "tests/gradients.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"
#include "tests/two_clips.h"

namespace sotto::experiments {
namespace {

datasets::Batch batch_of_two() {
  datasets::Batch batch = tests::two_clips(16, 17);
  batch.frame_classes =
      at::tensor({0, 1, 1, 2, 2, 2, 0, -1, 0, 3, 3, -1, 0, -1, -1, -1}, at::kLong).view({2, 8});
  return batch;
}

AvsrModel tiny_model() {
  ModelOptions options = tests::tiny_recipe("none").model;
  options.label_classes = 4;
  AvsrModel model(options, 30);
  tests::fill(*model, tests::golden_weight);
  model->eval();
  return model;
}

std::map<std::string, double> losses_of(
    AvsrModel& model, const LossOptions& options, const datasets::Batch& batch, uint64_t seed = 1) {
  const at::NoGradGuard no_grad;
  std::map<std::string, double> losses;
  for (const auto& [name, value] : Objective(options, true, true)(*model, batch, seed).parts) {
    losses[name] = value.item<double>();
  }
  return losses;
}

LossOptions everything() {
  LossOptions options;
  options.ctc_weight = 0.4;
  options.av = 2;
  options.a = 1;
  options.v = 1;
  options.stream_ctc = 0.3;
  options.frame_labels = 0.5;
  return options;
}

TEST(ObjectiveTest, TheTotalIsTheWeightedSumOfItsParts) {
  AvsrModel model = tiny_model();
  const auto losses = losses_of(model, everything(), batch_of_two());
  EXPECT_NEAR(
      losses.at("total"),
      0.4 * losses.at("ctc") + 0.6 * losses.at("attention") +
          0.3 * (losses.at("ctc_video") + losses.at("ctc_audio")) +
          0.5 * (losses.at("frames_video") + losses.at("frames_audio")),
      1e-4);
}

TEST(ObjectiveTest, ModesAreAveragedByTheirWeights) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  batch.audio_weight = at::ones({2});
  const auto ctc_of = [&](double av, double a, double v) {
    LossOptions options;
    options.av = av;
    options.a = a;
    options.v = v;
    return losses_of(model, options, batch).at("ctc");
  };
  EXPECT_NEAR(ctc_of(2, 1, 1), (2 * ctc_of(1, 0, 0) + ctc_of(0, 1, 0) + ctc_of(0, 0, 1)) / 4, 1e-4);
}

TEST(ObjectiveTest, ABatchIsTheMeanOfItsClips) {
  AvsrModel model = tiny_model();
  const datasets::Batch batch = batch_of_two();
  LossOptions options = everything();
  for (const bool by_length : {false, true}) {
    options.by_length = by_length;
    std::map<std::string, double> sums;
    for (int64_t b = 0; b < 2; ++b) {
      const int64_t T = batch.lengths.frames()[static_cast<size_t>(b)];
      datasets::Batch clip = batch;
      clip.lengths = Lengths::full(1, T);
      clip.presence = batch.presence.narrow(0, b, 1);
      clip.audio_weight = batch.audio_weight.narrow(0, b, 1);
      clip.lips = batch.lips.narrow(0, b, 1).narrow(1, 0, T);
      clip.wave = batch.wave.narrow(0, b, 1).narrow(1, 0, 640 * T);
      clip.tokens = {batch.tokens[static_cast<size_t>(b)]};
      clip.frame_classes = batch.frame_classes.narrow(0, b, 1).narrow(1, 0, T);
      for (const auto& [name, value] : losses_of(model, options, clip)) {
        sums[name] += value / 2;
      }
    }
    for (const auto& [name, value] : losses_of(model, options, batch)) {
      EXPECT_NEAR(value, sums.at(name), 2e-5 * std::abs(value)) << name;
    }
  }
}

TEST(ObjectiveTest, AStreamThatAClipLacksTeachesNothing) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  batch.audio_weight = at::ones({2});
  const auto both = losses_of(model, everything(), batch);
  const auto first_alone = [&](datasets::Batch only) {
    only.lengths = Lengths::full(1, 8);
    only.presence = only.presence.narrow(0, 0, 1);
    only.audio_weight = only.audio_weight.narrow(0, 0, 1);
    only.lips = only.lips.narrow(0, 0, 1);
    only.wave = only.wave.narrow(0, 0, 1);
    only.tokens.pop_back();
    only.frame_classes = only.frame_classes.narrow(0, 0, 1);
    return losses_of(model, everything(), only);
  };
  const auto first = first_alone(batch);
  for (const int64_t stream : {0, 1}) {
    datasets::Batch lacking = batch;
    lacking.presence = batch.presence.clone();
    lacking.presence[1][stream] = 0;
    (stream == 0 ? lacking.lips : lacking.wave) =
        (stream == 0 ? batch.lips : batch.wave).clone();
    (stream == 0 ? lacking.lips : lacking.wave)[1].zero_();
    const auto losses = losses_of(model, everything(), lacking);
    const std::string absent = stream == 0 ? "video" : "audio";
    const std::string there = stream == 0 ? "audio" : "video";
    for (const char* head : {"ctc_", "frames_"}) {
      EXPECT_NEAR(losses.at(head + absent), first.at(head + absent) / 2, 1e-4);
      EXPECT_NEAR(losses.at(head + there), both.at(head + there), 1e-4);
    }
    LossOptions mode;
    (stream == 0 ? mode.v : mode.a) = 1;
    mode.av = 0;
    datasets::Batch unseen = lacking;
    unseen.tokens[1] = {5, 6};
    EXPECT_NEAR(
        losses_of(model, mode, lacking).at("total"), losses_of(model, mode, unseen).at("total"),
        1e-6);
  }
}

TEST(ObjectiveTest, SoundAloneIsWeightedInBothStreamsMode) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  LossOptions options;
  const auto total = [&](double weight) {
    batch.audio_weight = at::full({2}, weight);
    return losses_of(model, options, batch).at("total");
  };
  EXPECT_EQ(total(0), total(1));  // lips are seen
  options.audio_only = 1;
  EXPECT_EQ(total(0), 0);
  EXPECT_NEAR(total(0.5), total(1) / 2, 1e-4);
  options.audio_only = 0;
  const at::NoGradGuard no_grad;
  batch.audio_weight = at::zeros({2});
  EXPECT_EQ(Objective(options, false, true)(*model, batch, 1).total.item<double>(), 0);
}

TEST(ObjectiveTest, AModeThatAStageLacksTakesNoShare) {
  AvsrModel model = tiny_model();
  const datasets::Batch batch = batch_of_two();
  const at::NoGradGuard no_grad;
  LossOptions options;
  options.av = 0;
  options.v = 1;
  const double alone = Objective(options, true, false)(*model, batch, 1).total.item<double>();
  options.a = 1;
  options.audio_only = 1;
  EXPECT_EQ(Objective(options, true, false)(*model, batch, 1).total.item<double>(), alone);
}

TEST(ObjectiveTest, ByLengthDividesByTheLabels) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  batch.tokens = {{3, 4, 5}, {3, 4, 5}};
  LossOptions options;
  const auto sums = losses_of(model, options, batch);
  options.by_length = true;
  const auto means = losses_of(model, options, batch);
  EXPECT_NEAR(means.at("ctc"), sums.at("ctc") / 3, 1e-4);
  EXPECT_NEAR(means.at("attention"), sums.at("attention") / 4, 1e-4);  // eos counts
}

TEST(ObjectiveTest, FrameLabelsAreAMeanOverEachClipsLabelledFrames) {
  AvsrModel model = tiny_model();
  const datasets::Batch batch = batch_of_two();
  const at::NoGradGuard no_grad;
  const at::Tensor logits =
      model->labels->forward(model->encode(batch.lips, {}, batch.lengths).video);
  const at::Tensor log_probabilities = at::log_softmax(logits, -1);
  double loss = 0;
  for (int64_t b = 0; b < 2; ++b) {
    double sum = 0;
    double count = 0;
    for (int64_t t = 0; t < 8; ++t) {
      const auto label = batch.frame_classes[b][t].item<int64_t>();
      if (label >= 0) {
        sum -= log_probabilities[b][t][label].item<double>();
        ++count;
      }
    }
    loss += sum / count / 2;
  }
  EXPECT_NEAR(losses_of(model, everything(), batch).at("frames_video"), loss, 1e-5);
}

TEST(ObjectiveTest, LossesAreDividedByTheClipsOfTheStep) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  const auto alone = losses_of(model, everything(), batch);
  batch.clips_of_step = 8;
  for (const auto& [name, value] : losses_of(model, everything(), batch)) {
    EXPECT_NEAR(value, alone.at(name) / 4, 1e-5 * std::abs(value)) << name;
  }
  batch.stand_in = true;
  for (const auto& [name, value] : losses_of(model, everything(), batch)) {
    EXPECT_EQ(value, 0) << name;
  }
}

TEST(ObjectiveTest, SoundThatSaysNothingDoesNotTrainSoundAlone) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  batch.audio_weight = at::zeros({2});
  LossOptions options = everything();
  options.av = 0;
  options.v = 0;
  const auto losses = losses_of(model, options, batch);
  EXPECT_EQ(losses.at("ctc"), 0);
  EXPECT_EQ(losses.at("attention"), 0);
  EXPECT_EQ(losses.at("ctc_audio"), 0);
  EXPECT_GT(losses.at("ctc_video"), 0);
}

TEST(ObjectiveTest, ModalityDropoutHidesAStreamInTheJointMode) {
  AvsrModel model = tiny_model();
  const datasets::Batch batch = batch_of_two();
  LossOptions options;
  LossOptions only;
  options.audio_only = 1;
  only.av = 0;
  only.a = 1;
  EXPECT_NEAR(
      losses_of(model, options, batch).at("total"),
      losses_of(model, only, batch).at("total"),
      1e-4);
  options.audio_only = 0;
  options.video_only = 1;
  only.a = 0;
  only.v = 1;
  EXPECT_NEAR(
      losses_of(model, options, batch).at("total"),
      losses_of(model, only, batch).at("total"),
      1e-4);
  options.audio_only = 0.5;
  options.video_only = 0.5;
  EXPECT_EQ(
      losses_of(model, options, batch, 5).at("total"),
      losses_of(model, options, batch, 5).at("total"));
}

TEST(ObjectiveTest, LabelsThatDoNotFitAndEmptyTexts) {
  AvsrModel model = tiny_model();
  datasets::Batch batch = batch_of_two();
  batch.tokens = {{}, {1, 1, 1, 1}};  // seven frames are needed, five are there
  LossOptions options;
  for (const bool by_length : {false, true}) {
    options.by_length = by_length;
    const auto losses = losses_of(model, options, batch);
    EXPECT_TRUE(std::isfinite(losses.at("total")));
    EXPECT_EQ(losses.at("ctc") == 0, by_length);  // an empty text has no labels to divide by
  }
  batch.tokens = {{}, {}};
  EXPECT_TRUE(std::isfinite(losses_of(model, options, batch).at("total")));
}

TEST(ObjectiveTest, Gradients) {
  AvsrModel model = tiny_model();
  model->to(at::kDouble);
  datasets::Batch batch = batch_of_two();
  for (at::Tensor* tensor : {&batch.lips, &batch.wave, &batch.presence}) {
    *tensor = tensor->to(at::kDouble);
  }
  const Objective objective(everything(), true, true);
  tests::expect_gradients(
      *model, [&] { return objective(*model, batch, 1).total; }, 1);
}

}  // namespace
}  // namespace sotto::experiments
