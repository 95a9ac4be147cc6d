#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "experiments/recipe.h"

namespace sotto::experiments {

/// Copies weights of model files into a network that is about to be trained, of each those whose
/// names begin with one of its parts, or all, as far as names and shapes agree. A classifier's or
/// another vocabulary's head stays as it is.
/// @return a line a model for people: how many were taken, which were left.
/// @throws CheckpointError if nothing fits, or a part was asked for that does not.
std::vector<std::string> start_from(torch::nn::Module& network, const StartOptions& options);

}  // namespace sotto::experiments
