#include "experiments/optimiser.h"

#include <vector>

#include <ATen/ATen.h>

namespace sotto::experiments {

std::unique_ptr<torch::optim::AdamW> make_optimiser(
    const torch::nn::Module& network, const OptimiserOptions& options) {
  std::vector<at::Tensor> decayed;
  std::vector<at::Tensor> free;
  for (const auto& entry : network.named_parameters()) {
    const bool matrix = entry.value().dim() > 1;
    (matrix || !options.decay_matrices_only ? decayed : free).push_back(entry.value());
  }
  const auto with_decay = [&](double decay) {
    return torch::optim::AdamWOptions(0.0)
        .betas({options.betas[0], options.betas[1]})
        .eps(options.epsilon)
        .weight_decay(decay);
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(
      decayed, std::make_unique<torch::optim::AdamWOptions>(with_decay(options.weight_decay)));
  if (!free.empty()) {
    groups.emplace_back(free, std::make_unique<torch::optim::AdamWOptions>(with_decay(0.0)));
  }
  return std::make_unique<torch::optim::AdamW>(groups, with_decay(0.0));
}

void set_learning_rate(torch::optim::AdamW& optimiser, double rate) {
  for (auto& group : optimiser.param_groups()) {
    static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
  }
}

}  // namespace sotto::experiments
