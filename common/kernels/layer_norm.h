#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/normalization.h>

namespace sotto {

/// A residual sum and the layer norm behind it, in one pass on the host without gradients.
///
/// @param x         (..., D): `addition` is added to it, perhaps in place
/// @param addition  of x's size; undefined: nothing
/// @return norm(x)
at::Tensor add_and_normalise(
    at::Tensor& x, const at::Tensor& addition, torch::nn::LayerNormImpl& norm);

}  // namespace sotto
