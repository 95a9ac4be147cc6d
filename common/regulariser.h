#pragma once

#include <torch/nn/module.h>

namespace sotto {

/// What disturbs activations while training. Training recipes may leave all of them off at first
/// (`active`): a network that has learned nothing yet gains nothing from noise.
class Regulariser : public torch::nn::Module {
 public:
  bool active = true;

 protected:
  bool on() const { return active && is_training(); }
};

/// Sets each element to zero with probability `rate` and scales the others by 1 / (1 - rate).
class Dropout : public Regulariser {
 public:
  explicit Dropout(double rate) : rate_(rate) {}
  at::Tensor forward(const at::Tensor& x) const;
  /// Whether `forward` changes anything now.
  bool disturbs() const { return on() && rate_ > 0; }

 private:
  double rate_;
};

/// Switches every Regulariser below `module` on or off.
void set_regularisers(torch::nn::Module& module, bool active);

}  // namespace sotto
