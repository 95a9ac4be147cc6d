#pragma once

#include <torch/nn/module.h>

#include <map>
#include <optional>
#include <string>

#include "common/loss_scaler.h"
#include "experiments/optimiser.h"
#include "experiments/weight_average.h"

namespace sotto::experiments {

/// Where a training run stands: enough, with the weights, the optimiser's moments and the average of
/// the weights, to go on bit for bit.
struct TrainingState {
  int64_t stage = 0;
  int64_t epoch = 0;       ///< of the stage
  int64_t batch = 0;       ///< next optimiser step of the epoch
  int64_t step = 0;        ///< optimiser steps of the stage
  int64_t stale = 0;       ///< validations of the stage since the best one
  double best_error = -1;  ///< of the stage; negative: none yet
  std::map<std::string, double> losses;  ///< summed over the epoch's steps so far
  std::map<std::string, double> recent;  ///< summed over the steps since the last line of the log
  int64_t recent_steps = 0;
  std::optional<LossScale> loss_scale;  ///< of training in float16
  std::string vocabulary;               ///< checksum of the tokens; empty: not known
};

/// Writes weights, moments and place with a checksum, whole or not at all.
/// @param average  may be null
void write_checkpoint(
    const std::string& path,
    const torch::nn::Module& network,
    const Optimiser& optimiser,
    const MovingAverage* average,
    const TrainingState& state);

/// Reads the place alone. @throws CheckpointError.
TrainingState read_checkpoint_state(const std::string& path);

/// Restores weights, moments and average. @throws CheckpointError.
void read_checkpoint(
    const std::string& path,
    torch::nn::Module& network,
    Optimiser& optimiser,
    MovingAverage* average);

}  // namespace sotto::experiments
