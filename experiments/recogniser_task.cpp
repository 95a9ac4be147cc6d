#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <torch/utils.h>

#include "common/interrupt.h"
#include "experiments/evaluation.h"
#include "experiments/training_data.h"
#include "experiments/training_task.h"

namespace sotto::experiments {
namespace {

std::vector<Modality> validated_modalities(const StageOptions& stage) {
  if (stage.streams == "v") {
    return {{false, true}};
  }
  if (stage.streams == "a") {
    return {{true, false}};
  }
  return {{false, true}, {true, false}, {true, true}};
}

/// Lips, sound and both.
class RecogniserTask : public TrainingTask {
 public:
  explicit RecogniserTask(Recipe& recipe)
      : recipe_(recipe), data_(load_training_data(recipe)), batches_(data_.train->batches()) {
    if (!data_.left_out.empty()) {
      std::fprintf(
          stderr,
          "%zu utterances are left out of training, such as %s\n",
          data_.left_out.size(),
          data_.left_out.front().c_str());
    }
    if (recipe_.model.label_classes == 0) {
      recipe_.model.label_classes = data_.label_classes;
    }
    torch::manual_seed(static_cast<uint64_t>(recipe_.seed));
    network_ = AvsrModel(recipe_.model, data_.tokenizer->size());
  }

  torch::nn::Module& network() override { return *network_; }
  int64_t batches() const override { return batches_; }

  void start_epoch(const TrainingState& state) override {
    const StageOptions& stage = stage_of(state.stage);
    const auto steps = static_cast<double>(stage.epochs * batches_);
    data_.train->start(
        epoch_of_all(state),
        state.batch,
        [&stage, steps, before = state.epoch * batches_, noise = recipe_.noise](int64_t batch) {
          datasets::Phase phase;
          const double share = static_cast<double>(before + batch) / steps;
          phase.regularise = share >= stage.regularise_after;
          const double down = noise.ramp > 0 ? std::min(1.0, share / noise.ramp) : 1.0;
          phase.snr_low = noise.snr_high + down * (noise.snr_low - noise.snr_high);
          return phase;
        });
  }

  bool next() override {
    batch_ = data_.train->next();
    return batch_.has_value();
  }

  Loss loss(int64_t stage, uint64_t seed) override {
    const StageOptions& options = stage_of(stage);
    const Objective objective(options.loss, options.streams != "a", options.streams != "v");
    return objective(*network_, *batch_, seed);
  }

  std::string batch_text() const override {
    std::string clips;
    for (const std::string& id : batch_->ids) {
      clips += (clips.empty() ? "" : " ") + id;
    }
    return clips;
  }

  std::optional<double> validate(int64_t number, nlohmann::json& line) override {
    if (data_.valid_clips == 0) {
      return std::nullopt;
    }
    const StageOptions& stage = stage_of(number);
    const bool stream_head = stage.loss.av + stage.loss.a + stage.loss.v == 0;
    std::vector<EvaluationOptions> options;
    for (const Modality modality : validated_modalities(stage)) {
      options.push_back({modality, {}, stream_head});
      options.back().search.method = "greedy";
    }
    if (stream_head && stage.streams == "av") {
      options.pop_back();  // no head hears both streams yet
    }
    const auto texts =
        transcribe_set(*network_, *data_.valid, *data_.tokenizer, options, [](int64_t) {
          throw_if_interrupted(kContinueTraining);
        });
    double error = 0;
    std::string summary;
    for (size_t i = 0; i < texts.size(); ++i) {
      const double wer = score(texts[i]).wer();
      line["wer"][options[i].modality.text()] = wer;
      error += wer / static_cast<double>(texts.size());
      char part[48];
      std::snprintf(
          part, sizeof part, "  %s %.1f %%", options[i].modality.text().c_str(), 100 * wer);
      summary += part;
    }
    std::fprintf(
        stderr,
        "validation %s %d%s word errors\n",
        stage.name.c_str(),
        line.at("epoch").get<int>(),
        summary.c_str());
    return error;
  }

  ModelCard card() const override {
    ModelCard card;
    card.model = recipe_.model;
    card.decode = recipe_.decode;
    card.longest_s = data_.longest_s;
    card.text_rules = data_.store->text_rules();
    set_tokenizer(card, *data_.tokenizer);
    const bool learns_labels =
        std::any_of(recipe_.stages.begin(), recipe_.stages.end(), [](const StageOptions& stage) {
          return stage.loss.frame_labels > 0;
        });
    // A recipe may ask for other classes than the data's words give.
    if (learns_labels && recipe_.model.label_classes == data_.label_classes) {
      card.label_words = data_.label_words;
    }
    return card;
  }

 private:
  const StageOptions& stage_of(int64_t number) const {
    return recipe_.stages[static_cast<size_t>(number)];
  }

  Recipe& recipe_;
  TrainingData data_;
  int64_t batches_;
  AvsrModel network_{nullptr};
  std::optional<datasets::Batch> batch_;
};

}  // namespace

std::unique_ptr<TrainingTask> make_recogniser_task(Recipe& recipe) {
  return std::make_unique<RecogniserTask>(recipe);
}

}  // namespace sotto::experiments
