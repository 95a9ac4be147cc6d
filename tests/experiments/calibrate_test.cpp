#include "experiments/calibrate.h"

#include <cmath>

#include "common/error.h"
#include "tests/clock_store.h"
#include "tests/common/temporary_folder.h"
#include "tests/tensors.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

/// A model that hears "a" in every frame of everything, and a store of 24 clips of 10 frames in
/// which half of the words are "a", from 0.08 s to 0.2 s.
class CalibrateTest : public testing::Test {
 protected:
  CalibrateTest() {
    std::vector<datasets::Utterance> utterances;
    for (int64_t i = 0; i < 24; ++i) {
      const std::string word = i % 2 == 0 ? "a" : "b";
      utterances.push_back(
          tests::clock_utterance("clip" + std::to_string(i), i, 10, {{word, 0.08, 0.2}}));
    }
    tests::write_store(folder_ / "store", std::move(utterances));
    write_deaf_model(model_path_, 0);
    options_.evaluation.store = folder_ / "store";
    options_.evaluation.modalities = {Modality::parse("a")};
    options_.evaluation.search.method = "greedy";
  }

  static void write_deaf_model(const std::string& path, int64_t label_classes) {
    const Recipe recipe = tests::tiny_recipe("none");
    ModelCard card;
    card.name = "deaf";
    card.about = card.domain = card.licence = "none";
    card.model = recipe.model;
    card.model.label_classes = label_classes;
    card.tokens = datasets::english_characters();
    AvsrModel network(card.model, static_cast<int64_t>(card.tokens.size()));
    tests::fill(*network, tests::golden_weight);
    const at::NoGradGuard no_grad;
    network->ctc->ctc_lo->weight.zero_();
    network->ctc->ctc_lo->bias.zero_();
    network->ctc->ctc_lo->bias[kA] = 5;
    write_model(path, state_of(*network), card);
  }

  std::string fault_of() {
    LoadedModel model = read_model(model_path_);
    try {
      calibrate(model, options_);
    } catch (const Error& fault) {
      return fault.what();
    }
    return "";
  }

  static constexpr int64_t kA = 3;  // blank, space, apostrophe, a
  TemporaryFolder folder_;
  std::string model_path_ = folder_ / "deaf.safetensors";
  CalibrateOptions options_;
};

TEST_F(CalibrateTest, ByHand) {
  LoadedModel model = read_model(model_path_);
  const Calibrated result = calibrate(model, options_);
  const double posterior = std::exp(5) / (std::exp(5) + 29);
  ASSERT_EQ(result.before.size(), 1U);
  ASSERT_EQ(result.before[0].words.size(), 24U);
  for (size_t i = 0; i < 24; ++i) {
    const WordJudgement& before = result.before[0].words[i];
    EXPECT_NEAR(before.confidence, posterior, 1e-5);
    EXPECT_TRUE(std::isnan(before.evidence.readings)) << "greedy search has one reading";
    EXPECT_NEAR(result.after[0].words[i].confidence, 0.5, 1e-4) << "half of the words are right";
    if (before.right) {
      EXPECT_NEAR(before.start_error_s, -0.08, 1e-9);  // CTC hears it from the first frame on
      EXPECT_NEAR(before.end_error_s, 0.2, 1e-9);
      EXPECT_NEAR(result.after[0].words[i].start_error_s, 0, 1e-9);
      EXPECT_NEAR(result.after[0].words[i].end_error_s, 0, 1e-9);
    }
  }
  const CalibrationOptions& calibration = result.card.calibration;
  EXPECT_TRUE(calibration.a.fitted);
  EXPECT_FALSE(calibration.v.fitted);
  EXPECT_DOUBLE_EQ(calibration.a.start_shift_s, 0.08);
  EXPECT_DOUBLE_EQ(calibration.a.end_shift_s, -0.2);
}

TEST_F(CalibrateTest, TheFileCarriesIt) {
  LoadedModel model = read_model(model_path_);
  const Calibrated result = calibrate(model, options_);
  const std::string path = folder_ / "calibrated.safetensors";
  write_calibrated(model_path_, result.card, path);
  const ModelContents before = read_contents(model_path_);
  const ModelContents after = read_contents(path);
  ASSERT_EQ(after.tensors.size(), before.tensors.size());
  for (const auto& [name, tensor] : before.tensors) {
    EXPECT_TRUE(tensor.equal(after.tensors.at(name))) << name;
  }
  LoadedModel calibrated = read_model(path);
  const auto evaluations = evaluate(calibrated, options_.evaluation);
  for (const WordJudgement& word : evaluations[0].words) {
    EXPECT_NEAR(word.confidence, 0.5, 1e-4);
  }
  for (const double error : start_errors(evaluations[0].words)) {
    EXPECT_NEAR(error, 0, 1e-9);
  }
  // Fitting again starts from what the network says, and gives the same.
  Calibrated again = calibrate(calibrated, options_);
  EXPECT_EQ(write_yaml(again.card.calibration), write_yaml(calibrated.card.calibration));
  EXPECT_DOUBLE_EQ(again.card.calibration.a.start_shift_s, 0.08);
}

TEST_F(CalibrateTest, OtherModalitiesKeepTheirs) {
  LoadedModel model = read_model(model_path_);
  model.card.calibration.v.fitted = true;
  model.card.calibration.v.bias = 1.5;
  const Calibrated result = calibrate(model, options_);
  EXPECT_EQ(result.card.calibration.v.bias, 1.5);
  EXPECT_TRUE(result.card.calibration.a.fitted);
}

TEST_F(CalibrateTest, WordsOfTheLabels) {
  options_.label_list = folder_ / "trained.txt";
  write_file(options_.label_list, "clip0\nclip1\nclip2\n");
  EXPECT_EQ(fault_of(), "--trained-on: the model deaf has no frame labels");
  write_deaf_model(model_path_, 3);
  LoadedModel model = read_model(model_path_);
  EXPECT_EQ(calibrate(model, options_).card.label_words, (std::vector<std::string>{"a", "b"}));
  write_deaf_model(model_path_, 4);
  EXPECT_EQ(
      fault_of(),
      options_.label_list +
          ": expected clips with times of 3 different words, as the model was trained with, got 2");
}

TEST_F(CalibrateTest, TooFewWords) {
  options_.evaluation.list = folder_ / "few.txt";
  write_file(options_.evaluation.list, "clip0\nclip1\nclip2\n");
  EXPECT_EQ(
      fault_of(),
      "--modality a: calibration: expected at least 10 right and as many wrong words, got 2 and 1; "
      "take more clips, or noise that makes errors");
}

}  // namespace
}  // namespace sotto::experiments
