#pragma once

#include <torch/nn/module.h>

#include <functional>

#include "common/lengths.h"
#include "common/registry.h"

namespace sotto::encoders {

/// Called after every block but the last with its number, from 1, and its output (B, T, D) as an
/// intermediate CTC head sees it; what it returns, if defined, is added to that output.
using BetweenBlocks = std::function<at::Tensor(int64_t block, const at::Tensor& output)>;

/// What turns the frames of one stream into context: (B, T, D_in) -> (B, T, D).
class Encoder : public torch::nn::Module {
 public:
  /// @param x        (B, T, D), already projected to the encoder's width.
  /// @param lengths  valid frames; frames past them are unspecified in the result.
  virtual at::Tensor forward(
      const at::Tensor& x, const Lengths& lengths, const BetweenBlocks& between = {}) = 0;
  /// Width D.
  virtual int64_t dim() const = 0;
  virtual int64_t blocks() const = 0;
};

/// Every encoder that a recipe can name.
const Registry<Encoder>& encoder_registry();

}  // namespace sotto::encoders
