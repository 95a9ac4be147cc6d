#include <algorithm>
#include <cstdio>
#include <numeric>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/utils.h>

#include "common/error.h"
#include "common/format_text.h"
#include "common/interrupt.h"
#include "experiments/batch_transfer.h"
#include "experiments/evaluation.h"
#include "experiments/report/samples.h"
#include "experiments/resume.h"
#include "experiments/score_summary.h"
#include "experiments/training_data.h"
#include "experiments/training_task.h"

namespace sotto::experiments {
namespace {

/// What the stage trains: the best model is the best at that.
std::vector<Modality> validated_modalities(const StageOptions& stage) {
  constexpr Modality kLips{false, true};
  constexpr Modality kSound{true, false};
  if (stage.streams != "av") {
    return {stage.streams == "v" ? kLips : kSound};
  }
  const LossOptions& loss = stage.loss;
  if (loss.of_streams_alone()) {
    return {kLips, kSound};  // no head hears both yet
  }
  std::vector<Modality> trained;
  if (loss.v > 0 || (loss.av > 0 && loss.video_only > 0)) {
    trained.push_back(kLips);
  }
  if (loss.a > 0 || (loss.av > 0 && loss.audio_only > 0)) {
    trained.push_back(kSound);
  }
  if (loss.av > 0) {
    trained.push_back({true, true});
  }
  return trained;
}

/// The quickest that there is.
decoding::SearchOptions validation_search(bool with_ctc) {
  decoding::SearchOptions search;
  search.method = with_ctc ? "greedy" : "beam";
  search.ctc_weight = 0;
  search.beam = 1;
  return search;
}

/// Lips, sound and both.
class RecogniserTask : public TrainingTask {
 public:
  RecogniserTask(Recipe& recipe, const TrainContext& context)
      : recipe_(recipe),
        context_(context),
        data_(load_training_data(recipe, context.processes->rank(), context.processes->count())) {
    if (!data_.left_out.empty() && context_.processes->first()) {
      std::fprintf(
          stderr,
          "%zu utterances are left out of training, such as %s: %s\n",
          data_.left_out.size(),
          data_.left_out.begin()->first.c_str(),
          data_.left_out.begin()->second.c_str());
    }
    if (recipe_.model.label_classes == 0) {
      recipe_.model.label_classes = data_.label_classes;
    }
    for (const StageOptions& stage : recipe_.stages) {
      if (stage.loss.frame_labels > 0 && recipe_.model.label_classes < data_.label_classes) {
        throw ConfigError(
            "model.label_classes: is " + std::to_string(recipe_.model.label_classes) + ", but the words of " +
            recipe_.data.store + " give " + std::to_string(data_.label_classes) +
            " frame labels; set it to 0 (as many as there are), or data.label_words to fewer");
      }
    }
    torch::manual_seed(static_cast<uint64_t>(recipe_.seed));
    network_ = AvsrModel(recipe_.model, data_.tokenizer->size());
  }

  torch::nn::Module& network() override { return *network_; }

  void start_stage(int64_t stage) override {
    stage_ = stage;
    loader_ = stage_loader(recipe_, data_, this->stage());
    steps_ = loader_->batches();
    objective_.emplace(
        this->stage().loss, this->stage().streams != "a", this->stage().streams != "v");
  }

  int64_t steps() const override { return steps_; }

  void start_epoch(const TrainingState& state) override {
    const auto steps = static_cast<double>(stage().epochs * steps_);
    loader_->start(
        epoch_of_all(state),
        state.batch,
        [stage = stage(), steps, before = state.epoch * steps_,
         noise = recipe_.noise](int64_t batch) {
          datasets::Phase phase;
          const double share = static_cast<double>(before + batch) / steps;
          phase.regularise = share >= stage.regularise_after;
          const double down = noise.ramp > 0 ? std::min(1.0, share / noise.ramp) : 1.0;
          phase.snr_low = noise.snr_high + down * (noise.snr_low - noise.snr_high);
          return phase;
        });
  }

  bool next() override {
    batch_ = loader_->next();
    if (batch_) {
      to_device(*batch_, context_.device);
    }
    return batch_.has_value();
  }

  bool ends_step() const override { return batch_->ends_step; }

  int64_t frames() const override {
    const auto& frames = batch_->lengths.frames();
    return std::accumulate(frames.begin(), frames.end(), int64_t{0});
  }

  Loss loss(uint64_t seed) override { return (*objective_)(*network_, *batch_, seed); }

  std::string batch_text() const override {
    std::string clips;
    for (const std::string& id : batch_->ids) {
      clips += (clips.empty() ? "" : " ") + id;
    }
    return clips;
  }

  std::optional<double> validate(nlohmann::json& line, const std::string& run) override {
    if (!data_.valid) {
      return std::nullopt;
    }
    const bool stream_head = stage().loss.of_streams_alone();
    std::vector<EvaluationOptions> options;
    for (const Modality modality : validated_modalities(stage())) {
      options.push_back({modality, {}, stream_head});
      options.back().search = validation_search(stream_head || recipe_.model.ctc);
    }
    ValidationWatch watch(*network_, *data_.tokenizer, options);
    std::vector<std::vector<ScoredText>> texts;
    work_together(*context_.processes, [&] {
      texts = transcribe_set(
          *network_, *data_.valid, *data_.tokenizer, options,
          [](int64_t) { throw_if_interrupted(kContinueTraining); },
          [&](const EvaluatedClip& clip) {
            if (!run.empty()) {
              watch(clip);
            }
          });
    });
    if (!run.empty()) {
      watch.write(run, stage().name, line.at("epoch"), line.at("step"));
    }
    const ScoreUnit unit = unit_of_rules(data_.store->text_rules());
    const bool words = unit == ScoreUnit::kWords;
    const ScoreOptions scoring = SummaryOptions::of(unit).scoring;
    double error = 0;
    std::string summary;
    for (size_t i = 0; i < texts.size(); ++i) {
      const ScoreReport report = score(texts[i], scoring);
      const double rate = rate_of_all(words ? report.words : report.characters);
      const std::string modality = options[i].modality.text();
      line[words ? "wer" : "cer"][modality] = rate;
      error += rate / static_cast<double>(texts.size());
      summary += format_text("  %s %.1f %%", modality.c_str(), 100 * rate);
    }
    if (context_.processes->first()) {
      std::fprintf(
          stderr,
          "validation %s %d%s %s errors\n",
          stage().name.c_str(),
          line.at("epoch").get<int>(),
          summary.c_str(),
          words ? "word" : "character");
    }
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
  const StageOptions& stage() const { return recipe_.stages[static_cast<size_t>(stage_)]; }

  /// The error rate over the clips of all processes.
  double rate_of_all(const EditCounts& counts) const {
    at::Tensor sums = at::tensor(
        {static_cast<double>(counts.errors()), static_cast<double>(counts.reference())},
        at::TensorOptions(at::kDouble).device(context_.device));
    context_.processes->sum(sums);
    sums = sums.cpu();
    return sums[0].item<double>() / std::max(1.0, sums[1].item<double>());
  }

  Recipe& recipe_;
  TrainContext context_;
  TrainingData data_;
  AvsrModel network_{nullptr};
  int64_t stage_ = 0;
  int64_t steps_ = 0;
  std::unique_ptr<datasets::Loader> loader_;  // of the stage
  std::optional<Objective> objective_;
  std::optional<datasets::Batch> batch_;
};

}  // namespace

std::unique_ptr<TrainingTask> make_recogniser_task(Recipe& recipe, const TrainContext& context) {
  return std::make_unique<RecogniserTask>(recipe, context);
}

}  // namespace sotto::experiments
