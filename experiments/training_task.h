#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>
#include <torch/nn/module.h>

#include "experiments/checkpoint.h"
#include "experiments/model_file.h"
#include "experiments/objective.h"
#include "experiments/recipe.h"

namespace sotto::experiments {

/// What a training run trains: a network with its data, its loss and its error. How it goes on from
/// step to step is the trainer's.
class TrainingTask {
 public:
  virtual ~TrainingTask() = default;

  virtual torch::nn::Module& network() = 0;
  /// Batches of any one epoch.
  virtual int64_t batches() const = 0;

  /// Begins the state's epoch at the state's batch.
  virtual void start_epoch(const TrainingState& state) = 0;
  /// Goes to the next batch; false at the end of the epoch.
  virtual bool next() = 0;
  /// The batch's loss in a stage. @param seed  of all that is drawn.
  virtual Loss loss(int64_t stage, uint64_t seed) = 0;
  /// What the batch is called in messages.
  virtual std::string batch_text() const = 0;

  /// Adds the errors on what is not trained on to a line of the log, and says them on stderr.
  /// @return what the best model has least of; nothing if there is nothing to validate on.
  /// @throws Interrupted.
  virtual std::optional<double> validate(int64_t stage, nlohmann::json& line) = 0;

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
std::unique_ptr<TrainingTask> make_recogniser_task(Recipe& recipe);
std::unique_ptr<TrainingTask> make_language_model_task(const Recipe& recipe);

}  // namespace sotto::experiments
