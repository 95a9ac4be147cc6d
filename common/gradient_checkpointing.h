#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <functional>
#include <vector>

namespace sotto {

/// A module whose parts can forget what they computed and compute it again in the backward pass (Chen
/// et al. 2016, arXiv:1604.06174): less memory, a third more time.
class Checkpointing {
 public:
  virtual ~Checkpointing() = default;
  bool checkpoint_gradients = false;
};

/// Switches it for every module below `module` that can: blocks of encoders and residual blocks of front
/// ends. Gradients are the same to the bit; a decoder's layers, which are few tokens long, would sum
/// those of the memory in another order.
void set_gradient_checkpointing(torch::nn::Module& module, bool on);

/// forward(inputs), whose inner results are computed again when the gradient is asked for: with the
/// same random draws, the same autocast, and without moving running means a second time.
/// @param part     what owns the parameters and buffers that `forward` reads
/// @param inputs   tensors that may need gradients; undefined ones stay undefined
/// @param forward  kept until the backward pass: it must own what it captures
at::Tensor checkpoint(
    torch::nn::Module& part,
    const std::vector<at::Tensor>& inputs,
    std::function<at::Tensor(const std::vector<at::Tensor>&)> forward);

}  // namespace sotto
