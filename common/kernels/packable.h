#pragma once

#include <torch/nn/module.h>

#include <functional>

#include "common/kernels/precision.h"

namespace sotto {

/// A module that can lay out its weights for running only.
class Packable {
 public:
  virtual ~Packable() = default;
  /// From now on `forward` computes without gradients, in evaluation mode and on the host, with
  /// packed copies; the parameters that they were made of become empty.
  virtual void pack(Precision precision) = 0;
};

/// Packs every part of a network that can be. Its parameters are of no use afterwards: such a
/// network transcribes, and is neither trained nor saved.
/// @param after_each  called after each part: to give back what its former weights lay in
void pack_for_inference(
    torch::nn::Module& network,
    Precision precision,
    const std::function<void()>& after_each = {});

/// Makes a parameter or buffer empty, so that its memory is free.
void empty(at::Tensor& parameter);

}  // namespace sotto
