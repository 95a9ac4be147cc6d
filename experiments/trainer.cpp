#include "experiments/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "common/random.h"
#include "common/regulariser.h"
#include "experiments/checkpoint.h"
#include "experiments/model_file.h"
#include "experiments/optimiser.h"
#include "experiments/schedule.h"
#include "experiments/start.h"
#include "experiments/training_task.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;

/// One seed for each step, so that a resumed run draws what an undisturbed one would.
uint64_t step_seed(const Recipe& recipe, const TrainingState& state) {
  const std::string place = std::to_string(state.stage) + "." + std::to_string(state.batch);
  return Random(
             static_cast<uint64_t>(recipe.seed), static_cast<uint64_t>(state.epoch), place)
      .next();
}

class Trainer {
 public:
  Trainer(Recipe recipe, std::string run);
  void run(bool resume);

 private:
  void run_stage(torch::optim::AdamW& optimiser);
  void run_epoch(const StageSchedule& stage, torch::optim::AdamW& optimiser);
  std::map<std::string, double> step(const StageSchedule& stage, torch::optim::AdamW& optimiser);
  void validate(const StageSchedule& stage);
  void save(torch::optim::AdamW& optimiser);
  void write_current_model(const std::string& name);

  std::string path(const std::string& name) const { return (fs::path(run_) / name).string(); }
  const StageSchedule& stage() const { return recipe_.stage(static_cast<size_t>(state_.stage)); }

  Recipe recipe_;
  std::string run_;
  std::unique_ptr<TrainingTask> task_;
  TrainingState state_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

Trainer::Trainer(Recipe recipe, std::string run)
    : recipe_(std::move(recipe)), run_(std::move(run)) {}

void Trainer::run(bool resume) {
  const std::string checkpoint = path("checkpoints/last.safetensors");
  const bool exists = fs::exists(run_) && !fs::is_empty(run_);
  if (exists && !resume) {
    throw ConfigError(run_ + ": exists already; add --resume to go on, or choose another --out");
  }
  task_ = recipe_.of_language_model() ? make_language_model_task(recipe_)
                                      : make_recogniser_task(recipe_);
  if (!recipe_.start.model.empty()) {
    std::fprintf(stderr, "%s\n", start_from(task_->network(), recipe_.start).c_str());
  }
  fs::create_directories(path("checkpoints"));
  write_file(path("recipe.yaml"), write_yaml(recipe_));
  bool restore = resume && fs::exists(checkpoint);
  if (restore) {
    state_ = read_checkpoint_state(checkpoint);
  }
  while (state_.stage < static_cast<int64_t>(recipe_.stage_count())) {
    auto optimiser = make_optimiser(task_->network(), recipe_.optimiser);
    if (restore) {
      read_checkpoint(checkpoint, task_->network(), *optimiser);
      restore = false;
    }
    run_stage(*optimiser);
    const int64_t next = state_.stage + 1;
    state_ = TrainingState();
    state_.stage = next;
    // The next stage starts with fresh moments: what is saved is its beginning.
    save(*make_optimiser(task_->network(), recipe_.optimiser));
  }
}

void Trainer::run_stage(torch::optim::AdamW& optimiser) {
  while (state_.epoch < stage().epochs) {
    run_epoch(stage(), optimiser);
  }
}

void Trainer::run_epoch(const StageSchedule& stage, torch::optim::AdamW& optimiser) {
  const int64_t batches = task_->batches();
  const auto share_done = [&] {
    return static_cast<double>(state_.epoch * batches + state_.batch) /
           static_cast<double>(stage.epochs * batches);
  };
  task_->start_epoch(state_);
  const std::string title = stage.name + " " + std::to_string(state_.epoch + 1) + "/" +
                            std::to_string(stage.epochs);
  task_->network().train();
  {
    Progress progress(title, batches - state_.batch, "batches", 60.0);
    while (task_->next()) {
      set_regularisers(task_->network(), share_done() >= stage.regularise_after);
      for (const auto& [name, value] : step(stage, optimiser)) {
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
        throw_if_interrupted(kContinueTraining);
      }
    }
  }
  if ((state_.epoch + 1) % recipe_.validate_every == 0 || state_.epoch + 1 == stage.epochs) {
    try {
      validate(stage);
    } catch (const Interrupted&) {
      save(optimiser);  // behind the epoch's last batch: going on begins with this validation
      throw_if_interrupted(kContinueTraining);
    }
  }
  ++state_.epoch;
  state_.batch = 0;
  state_.losses.clear();
  save(optimiser);
}

std::map<std::string, double> Trainer::step(
    const StageSchedule& stage, torch::optim::AdamW& optimiser) {
  const int64_t batches = task_->batches();
  const uint64_t seed = step_seed(recipe_, state_);
  torch::manual_seed(seed);
  set_learning_rate(
      optimiser,
      warmup_cosine(
          state_.step, stage.learning_rate, stage.warmup_epochs * static_cast<double>(batches),
          stage.epochs * batches, stage.final_share, stage.late_schedule));
  optimiser.zero_grad();
  const Loss loss = task_->loss(state_.stage, seed);
  std::map<std::string, double> values;
  for (const auto& [name, value] : loss.parts) {
    values[name] = value.item<double>();
  }
  if (!std::isfinite(values["total"])) {
    throw DataError(
        "training: the loss is not a number in the batch of " + task_->batch_text());
  }
  loss.total.backward();
  if (recipe_.optimiser.clip_norm > 0) {
    torch::nn::utils::clip_grad_norm_(task_->network().parameters(), recipe_.optimiser.clip_norm);
  }
  optimiser.step();
  return values;
}

void Trainer::validate(const StageSchedule& stage) {
  std::map<std::string, double> losses = state_.losses;
  for (auto& entry : losses) {
    entry.second /= static_cast<double>(std::max<int64_t>(1, state_.batch));
  }
  nlohmann::json line = {
      {"stage", stage.name},
      {"epoch", state_.epoch + 1},
      {"step", state_.step},
      {"loss", losses}};
  const double loss = losses.count("total") != 0 ? losses.at("total") : 0;
  const double error = task_->validate(state_.stage, line).value_or(loss);
  std::ofstream(path("log.jsonl"), std::ios::app)
      << line.dump() << "\n";
  write_current_model("last.safetensors");
  if (state_.best_error < 0 || error < state_.best_error) {
    state_.best_error = error;
    write_current_model("best.safetensors");
  }
}

void Trainer::write_current_model(const std::string& name) {
  ModelCard card = task_->card();
  card.name = recipe_.name;
  card.about = recipe_.about;
  card.domain = recipe_.domain;
  card.licence = recipe_.licence;
  write_model(path(name), state_of(task_->network()), card);
}

void Trainer::save(torch::optim::AdamW& optimiser) {
  write_checkpoint(path("checkpoints/last.safetensors"), task_->network(), optimiser, state_);
  saved_ = std::chrono::steady_clock::now();
}

}  // namespace

void train(Recipe recipe, const std::string& run, bool resume) {
  at::globalContext().setFlushDenormal(true);
  Trainer(std::move(recipe), run).run(resume);
}

}  // namespace sotto::experiments
