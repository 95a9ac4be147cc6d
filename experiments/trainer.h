#pragma once

#include <string>

#include "experiments/training_task.h"

namespace sotto::experiments {

/// Trains a recipe into the folder `run`:
///
///   recipe.yaml            the effective recipe
///   log.jsonl              a line every log_every steps and one a validation
///   events.out.tfevents.*  the same for TensorBoard
///   report.html            the same for people, with what the network makes of some clips
///   checkpoints/last.safetensors   weights, moments and place, for --resume
///   best.safetensors       the model with the lowest validation error of the last stage begun, the
///                          latest of equals, or the mean of its last epochs where it ends with one
///   last.safetensors       the model as the run stands
///
/// Progress goes to stderr. The same recipe and seed give the same numbers on CPU with the same
/// number of threads, also across a resume; several processes give those of one but for rounding.
///
/// @param resume  go on from the run's checkpoint; start if there is none.
/// @throws ConfigError if `run` exists and `resume` is false, DataError, CheckpointError,
///         ProcessLost, and Interrupted after having saved.
void train(
    Recipe recipe, const std::string& run, bool resume, const TrainContext& context = {});

}  // namespace sotto::experiments
