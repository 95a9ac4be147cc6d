#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "common/kernels/activation.h"
#include "common/kernels/norm_activation.h"

namespace sotto::frontends {

/// The names `make_activation` takes.
const std::vector<std::string>& activation_names();

/// "swish", "relu" or "prelu" (one slope a channel, initial value 0.25, key `weight`).
class Activation : public torch::nn::Module {
 public:
  Activation(const std::string& name, int64_t channels);
  /// Elementwise on (B, C, ...).
  at::Tensor forward(const at::Tensor& x) const;

  /// The same for a packed convolution: what it fuses, and the slopes of a PReLU, else undefined.
  FusedActivation fused() const;
  const at::Tensor& slopes() const { return weight_; }

  /// The same for a batch norm before it, and what is added between them.
  NormTail tail(const at::Tensor& residual = {}) const { return {fused(), weight_, residual}; }

 private:
  enum class Kind { kSwish, kRelu, kPrelu };
  Kind kind_;
  at::Tensor weight_;
};

}  // namespace sotto::frontends
