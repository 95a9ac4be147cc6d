#pragma once

#include <torch/nn/module.h>

#include "common/lengths.h"
#include "common/registry.h"

namespace sotto::fusion {

/// What joins the encoded streams into the memory that CTC and the decoder attend to.
class Fusion : public torch::nn::Module {
 public:
  /// @param video     (B, T, D) or undefined: no clip of the batch has lips.
  /// @param audio     (B, T, D_a) or undefined.
  /// @param presence  (B, 2) float, 1 where a clip has lips (column 0) and sound (column 1);
  ///                  undefined: whatever is defined is present. An absent stream counts as zeros.
  /// @param lengths   valid frames a clip; the default: all of them.
  /// @return memory (B, T, D)
  virtual at::Tensor forward(
      const at::Tensor& video,
      const at::Tensor& audio,
      const at::Tensor& presence,
      const Lengths& lengths) = 0;
};

/// Every fusion that a recipe can name; the arguments are D, the width of video and memory, and D_a.
const Registry<Fusion, int64_t, int64_t>& fusion_registry();

}  // namespace sotto::fusion
