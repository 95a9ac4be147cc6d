#include "experiments/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <torch/utils.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/checkpoint.h"
#include "experiments/evaluation.h"
#include "experiments/model_file.h"
#include "experiments/schedule.h"
#include "experiments/start.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;
using datasets::Batch;

constexpr const char* kContinue = "train with --resume to go on";

/// One seed for each step, so that a resumed run draws what an undisturbed one would.
uint64_t step_seed(const Recipe& recipe, const TrainingState& state) {
  const std::string place = std::to_string(state.stage) + "." + std::to_string(state.batch);
  return Random(
             static_cast<uint64_t>(recipe.seed), static_cast<uint64_t>(state.epoch), place)
      .next();
}

/// Epochs of different stages must not repeat each other's draws.
int64_t loader_epoch(const TrainingState& state) { return state.stage * 100000 + state.epoch; }

std::vector<Modality> validated_modalities(const StageOptions& stage) {
  if (stage.streams == "v") {
    return {{false, true}};
  }
  if (stage.streams == "a") {
    return {{true, false}};
  }
  return {{false, true}, {true, false}, {true, true}};
}

class Trainer {
 public:
  Trainer(Recipe recipe, std::string run);
  void run(bool resume);

 private:
  void make_model();
  std::unique_ptr<torch::optim::AdamW> make_optimiser() const;
  void run_stage(torch::optim::AdamW& optimiser);
  void run_epoch(const StageOptions& stage, torch::optim::AdamW& optimiser, int64_t batches);
  std::map<std::string, double> step(
      const StageOptions& stage, torch::optim::AdamW& optimiser, Batch batch, int64_t batches);
  void validate(const StageOptions& stage);
  void save(torch::optim::AdamW& optimiser);
  void write_current_model(const std::string& name);

  std::string path(const std::string& name) const { return (fs::path(run_) / name).string(); }
  const StageOptions& stage() const { return recipe_.stages[static_cast<size_t>(state_.stage)]; }

  Recipe recipe_;
  std::string run_;
  TrainingData data_;
  AvsrModel network_{nullptr};
  TrainingState state_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

Trainer::Trainer(Recipe recipe, std::string run)
    : recipe_(std::move(recipe)), run_(std::move(run)) {}

void Trainer::make_model() {
  if (recipe_.model.label_classes == 0) {
    recipe_.model.label_classes = data_.label_classes;
  }
  torch::manual_seed(static_cast<uint64_t>(recipe_.seed));
  network_ = AvsrModel(recipe_.model, data_.tokenizer->size());
  if (!recipe_.start.model.empty()) {
    std::fprintf(stderr, "%s\n", start_from(*network_, recipe_.start).c_str());
  }
}

std::unique_ptr<torch::optim::AdamW> Trainer::make_optimiser() const {
  std::vector<at::Tensor> decayed;
  std::vector<at::Tensor> free;
  for (const auto& entry : network_->named_parameters()) {
    const bool matrix = entry.value().dim() > 1;
    (matrix || !recipe_.optimiser.decay_matrices_only ? decayed : free).push_back(entry.value());
  }
  const auto options = [this](double decay) {
    return torch::optim::AdamWOptions(0.0)
        .betas({recipe_.optimiser.betas[0], recipe_.optimiser.betas[1]})
        .eps(recipe_.optimiser.epsilon)
        .weight_decay(decay);
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(
      decayed,
      std::make_unique<torch::optim::AdamWOptions>(options(recipe_.optimiser.weight_decay)));
  if (!free.empty()) {
    groups.emplace_back(free, std::make_unique<torch::optim::AdamWOptions>(options(0.0)));
  }
  return std::make_unique<torch::optim::AdamW>(groups, options(0.0));
}

void Trainer::run(bool resume) {
  const std::string checkpoint = path("checkpoints/last.safetensors");
  const bool exists = fs::exists(run_) && !fs::is_empty(run_);
  if (exists && !resume) {
    throw ConfigError(run_ + ": exists already; add --resume to go on, or choose another --out");
  }
  data_ = load_training_data(recipe_);
  make_model();
  fs::create_directories(path("checkpoints"));
  write_file(path("recipe.yaml"), write_yaml(recipe_));
  bool restore = resume && fs::exists(checkpoint);
  if (restore) {
    state_ = read_checkpoint_state(checkpoint);
  }
  while (state_.stage < static_cast<int64_t>(recipe_.stages.size())) {
    auto optimiser = make_optimiser();
    if (restore) {
      read_checkpoint(checkpoint, *network_, *optimiser);
      restore = false;
    }
    run_stage(*optimiser);
    const int64_t next = state_.stage + 1;
    state_ = TrainingState();
    state_.stage = next;
    // The next stage starts with fresh moments: what is saved is its beginning.
    save(*make_optimiser());
  }
}

void Trainer::run_stage(torch::optim::AdamW& optimiser) {
  const int64_t batches = data_.train->batches();
  while (state_.epoch < stage().epochs) {
    run_epoch(stage(), optimiser, batches);
  }
}

void Trainer::run_epoch(
    const StageOptions& stage, torch::optim::AdamW& optimiser, int64_t batches) {
  const int64_t steps = stage.epochs * batches;
  const auto share_done = [&](int64_t batch) {
    return static_cast<double>(state_.epoch * batches + batch) / static_cast<double>(steps);
  };
  const double ramp = recipe_.noise.ramp;
  data_.train->start(
      loader_epoch(state_), state_.batch,
      [&stage, share_done, ramp, noise = recipe_.noise](int64_t batch) {
        datasets::Phase phase;
        const double share = share_done(batch);
        phase.regularise = share >= stage.regularise_after;
        const double down = ramp > 0 ? std::min(1.0, share / ramp) : 1.0;
        phase.snr_low = noise.snr_high + down * (noise.snr_low - noise.snr_high);
        return phase;
      });
  const std::string title = stage.name + " " + std::to_string(state_.epoch + 1) + "/" +
                            std::to_string(stage.epochs);
  network_->train();
  {
    Progress progress(title, batches - state_.batch, "batches", 60.0);
    while (auto batch = data_.train->next()) {
      set_regularisers(*network_, share_done(state_.batch) >= stage.regularise_after);
      for (const auto& [name, value] : step(stage, optimiser, std::move(*batch), batches)) {
        state_.losses[name] += value;
      }
      ++state_.batch;
      ++state_.step;
      char note[48];
      std::snprintf(
          note, sizeof note, "loss %.3f",
          state_.losses["total"] / static_cast<double>(state_.batch));
      progress.advance(1, note);
      const double minutes =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_).count() / 60;
      if (interrupt_signal() != 0 || minutes >= recipe_.save_minutes) {
        save(optimiser);
        throw_if_interrupted(kContinue);
      }
    }
  }
  if ((state_.epoch + 1) % recipe_.validate_every == 0 || state_.epoch + 1 == stage.epochs) {
    try {
      validate(stage);
    } catch (const Interrupted&) {
      save(optimiser);  // behind the epoch's last batch: going on begins with this validation
      throw_if_interrupted(kContinue);
    }
  }
  ++state_.epoch;
  state_.batch = 0;
  state_.losses.clear();
  save(optimiser);
}

std::map<std::string, double> Trainer::step(
    const StageOptions& stage, torch::optim::AdamW& optimiser, Batch batch, int64_t batches) {
  const uint64_t seed = step_seed(recipe_, state_);
  torch::manual_seed(seed);
  const double rate = warmup_cosine(
      state_.step, stage.learning_rate, stage.warmup_epochs * static_cast<double>(batches),
      stage.epochs * batches, stage.final_share, stage.late_schedule);
  for (auto& group : optimiser.param_groups()) {
    static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
  }
  const Objective objective(stage.loss, stage.streams != "a", stage.streams != "v");
  optimiser.zero_grad();
  const Loss loss = objective(*network_, batch, seed);
  std::map<std::string, double> values;
  for (const auto& [name, value] : loss.parts) {
    values[name] = value.item<double>();
  }
  if (!std::isfinite(values["total"])) {
    std::string clips;
    for (const std::string& id : batch.ids) {
      clips += " " + id;
    }
    throw DataError("training: the loss is not a number in the batch of" + clips);
  }
  loss.total.backward();
  if (recipe_.optimiser.clip_norm > 0) {
    torch::nn::utils::clip_grad_norm_(network_->parameters(), recipe_.optimiser.clip_norm);
  }
  optimiser.step();
  return values;
}

void Trainer::validate(const StageOptions& stage) {
  const int64_t epoch = state_.epoch + 1;
  std::map<std::string, double> losses = state_.losses;
  for (auto& entry : losses) {
    entry.second /= static_cast<double>(std::max<int64_t>(1, state_.batch));
  }
  nlohmann::json line = {
      {"stage", stage.name}, {"epoch", epoch}, {"step", state_.step}, {"loss", losses}};
  double error = losses.count("total") != 0 ? losses.at("total") : 0;
  if (data_.valid_clips > 0) {
    const std::vector<Modality> modalities = validated_modalities(stage);
    const bool stream_head = stage.loss.av + stage.loss.a + stage.loss.v == 0;
    std::vector<EvaluationOptions> options;
    for (const Modality modality : modalities) {
      options.push_back({modality, {}, stream_head});
      options.back().search.method = "greedy";
    }
    if (stream_head && stage.streams == "av") {
      options.pop_back();  // no head hears both streams yet
    }
    const auto texts = transcribe_set(
        *network_, *data_.valid, *data_.tokenizer, options,
        [](int64_t) { throw_if_interrupted(kContinue); });
    error = 0;
    std::string summary = "validation " + stage.name + " " + std::to_string(epoch);
    for (size_t i = 0; i < texts.size(); ++i) {
      const double wer = score(texts[i]).wer();
      line["wer"][options[i].modality.text()] = wer;
      error += wer / static_cast<double>(texts.size());
      char part[48];
      std::snprintf(
          part, sizeof part, "  %s %.1f %%", options[i].modality.text().c_str(), 100 * wer);
      summary += part;
    }
    std::fprintf(stderr, "%s word errors\n", summary.c_str());
  }
  std::ofstream(path("log.jsonl"), std::ios::app)
      << line.dump() << "\n";
  write_current_model("last.safetensors");
  if (state_.best_error < 0 || error < state_.best_error) {
    state_.best_error = error;
    write_current_model("best.safetensors");
  }
}

void Trainer::write_current_model(const std::string& name) {
  ModelCard card;
  card.name = recipe_.name;
  card.about = recipe_.about;
  card.domain = recipe_.domain;
  card.licence = recipe_.licence;
  card.model = recipe_.model;
  card.decode = recipe_.decode;
  card.tokenizer_type = data_.tokenizer->type();
  card.tokens = data_.tokenizer->tokens();
  card.tokenizer_model = data_.tokenizer->model();
  write_model(path(name), state_of(*network_), card);
}

void Trainer::save(torch::optim::AdamW& optimiser) {
  write_checkpoint(path("checkpoints/last.safetensors"), *network_, optimiser, state_);
  saved_ = std::chrono::steady_clock::now();
}

}  // namespace

void train(Recipe recipe, const std::string& run, bool resume) {
  at::globalContext().setFlushDenormal(true);
  Trainer(std::move(recipe), run).run(resume);
}

}  // namespace sotto::experiments
