#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/tensor_file.h"
#include "experiments/recipe.h"

namespace sotto::experiments {

/// AdamW or Adam over the parameters of a network that are to be trained. Numbers are those of
/// PyTorch's; a parameter without a gradient is left alone, its weight decay too.
class Optimiser {
 public:
  /// @param network  whose parameters outlive the optimiser.
  /// @throws ConfigError if a group names no parameter.
  Optimiser(const torch::nn::Module& network, const OptimiserOptions& options);

  /// Takes all gradients away.
  void forget_gradients();
  /// The gradients that there are.
  std::vector<at::Tensor> gradients() const;
  /// One step, with gradients scaled so that their norm is at most options.clip_norm, if that is a limit.
  /// @param rate  learning rate of the parameters outside all groups.
  /// @return () the norm before, on the gradients' device; undefined without gradients.
  at::Tensor step(double rate);

  /// Moments by name, "first.NAME" and "second.NAME", sharing storage; and steps a parameter has seen.
  TensorMap moments() const;
  std::map<std::string, int64_t> steps() const;
  void restore(const TensorMap& moments, const std::map<std::string, int64_t>& steps);

 private:
  struct Parameter {
    std::string name;
    at::Tensor value;
    double rate;   ///< factor of the learning rate
    double decay;  ///< weight decay
    at::Tensor first;
    at::Tensor second;
    int64_t steps = 0;
  };

  OptimiserOptions options_;
  std::vector<Parameter> parameters_;
};

/// Whether a parameter's name is one of `parts` or lies below it: "encoder" names "encoder.embed.w".
bool named_by(const std::vector<std::string>& parts, const std::string& name);

/// Freezes the named parts: no gradients, and norms and dropout as in recognition. All others are
/// trained. @throws ConfigError naming a part that the network lacks.
void freeze(torch::nn::Module& network, const std::vector<std::string>& parts);

}  // namespace sotto::experiments
