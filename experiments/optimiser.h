#pragma once

#include <memory>

#include <torch/nn/module.h>
#include <torch/optim/adamw.h>

#include "experiments/recipe.h"

namespace sotto::experiments {

/// AdamW over all parameters of a network, with learning rate 0 until a schedule sets one.
std::unique_ptr<torch::optim::AdamW> make_optimiser(
    const torch::nn::Module& network, const OptimiserOptions& options);

void set_learning_rate(torch::optim::AdamW& optimiser, double rate);

}  // namespace sotto::experiments
