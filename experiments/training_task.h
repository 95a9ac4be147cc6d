#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>
#include <torch/nn/module.h>

#include "experiments/checkpoint.h"
#include "experiments/model_file.h"
#include "experiments/objective.h"
#include "experiments/processes.h"
#include "experiments/recipe.h"

namespace sotto::experiments {

/// Where and with whom a network is trained.
struct TrainContext {
  std::shared_ptr<Processes> processes = Processes::one();
  c10::Device device = c10::kCPU;
};

/// What a training run trains: a network with its data, its loss and its error. How it goes on from
/// step to step is the trainer's.
class TrainingTask {
 public:
  virtual ~TrainingTask() = default;

  virtual torch::nn::Module& network() = 0;

  /// Takes a stage's data. To be called before the functions below.
  virtual void start_stage(int64_t stage) = 0;
  /// Optimiser steps of any one epoch of the stage.
  virtual int64_t steps() const = 0;
  /// Begins the state's epoch at the state's step.
  virtual void start_epoch(const TrainingState& state) = 0;
  /// Goes to the next pass of this process; false at the end of the epoch.
  virtual bool next() = 0;
  /// Whether the pass is the last one of an optimiser step.
  virtual bool ends_step() const = 0;
  /// Video frames (tokens of text) in the pass, without padding.
  virtual int64_t frames() const = 0;
  /// The pass' loss: its share of the step's. @param seed  of all that is drawn.
  virtual Loss loss(uint64_t seed) = 0;
  /// What the pass is called in messages.
  virtual std::string batch_text() const = 0;

  /// Adds the errors on what is not trained on to a line of the log, and says them on stderr.
  /// @param run  folder for what a report shows of it; empty: nowhere
  /// @return what the best model has least of; nothing if there is nothing to validate on.
  /// @throws Interrupted.
  virtual std::optional<double> validate(nlohmann::json& line, const std::string& run) = 0;

  /// The card of a model file, but for what the recipe says of every kind.
  virtual ModelCard card() const = 0;
};

/// The number of an epoch among those of all stages, which must not repeat each other's draws.
inline int64_t epoch_of_all(const TrainingState& state) {
  return state.stage * 100000 + state.epoch;
}

/// What an interrupted training says.
inline constexpr const char* kContinueTraining = "train with --resume to go on";

/// @param recipe  gains what only the data tells, such as the number of frame labels.
std::unique_ptr<TrainingTask> make_recogniser_task(Recipe& recipe, const TrainContext& context);
std::unique_ptr<TrainingTask> make_language_model_task(
    const Recipe& recipe, const TrainContext& context);

}  // namespace sotto::experiments
