#pragma once

#include <string>

#include "experiments/recipe.h"

namespace sotto::experiments {

/// Trains a recipe into the folder `run`:
///
///   recipe.yaml            the effective recipe
///   log.jsonl              one line a validated epoch
///   checkpoints/last.safetensors   weights, moments and place, for --resume
///   best.safetensors       the model with the lowest validation error of the last stage begun
///   last.safetensors       the model as the run stands
///
/// Progress goes to stderr. The same recipe and seed give the same numbers on CPU with the same
/// number of threads, also across a resume.
///
/// @param resume  go on from the run's checkpoint; start if there is none.
/// @throws ConfigError if `run` exists and `resume` is false, DataError, CheckpointError, and
///         Interrupted after having saved.
void train(Recipe recipe, const std::string& run, bool resume);

}  // namespace sotto::experiments
