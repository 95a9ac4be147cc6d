#pragma once

#include <torch/nn/module.h>
#include <torch/optim/adamw.h>

#include <map>
#include <string>

namespace sotto::experiments {

/// Where a training run stands: enough, with the weights and the optimiser's moments, to go on
/// bit for bit.
struct TrainingState {
  int64_t stage = 0;
  int64_t epoch = 0;       ///< of the stage
  int64_t batch = 0;       ///< next batch of the epoch
  int64_t step = 0;        ///< optimiser steps of the stage
  double best_error = -1;  ///< of the stage; negative: none yet
  std::map<std::string, double> losses;  ///< summed over the epoch's batches so far
};

/// Writes weights, moments and place, whole or not at all.
void write_checkpoint(
    const std::string& path,
    const torch::nn::Module& network,
    torch::optim::AdamW& optimiser,
    const TrainingState& state);

/// Reads the place alone. @throws CheckpointError.
TrainingState read_checkpoint_state(const std::string& path);

/// Restores weights and moments. @throws CheckpointError.
void read_checkpoint(
    const std::string& path, torch::nn::Module& network, torch::optim::AdamW& optimiser);

}  // namespace sotto::experiments
