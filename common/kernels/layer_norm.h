#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

namespace sotto {

/// torch::nn::LayerNorm in float32 whatever its input is in: the numbers of a step in bfloat16 are
/// products, and LibTorch 1.13 has no such norm on the host.
class LayerNormImpl : public torch::nn::LayerNormImpl {
 public:
  using torch::nn::LayerNormImpl::LayerNormImpl;
  at::Tensor forward(const at::Tensor& x);
};
TORCH_MODULE(LayerNorm);

/// A residual sum and the layer norm behind it, in one pass on the host without gradients.
///
/// @param x         (..., D): `addition` is added to it, perhaps in place
/// @param addition  of x's size; undefined: nothing
/// @return norm(x)
at::Tensor add_and_normalise(
    at::Tensor& x, const at::Tensor& addition, torch::nn::LayerNormImpl& norm);

}  // namespace sotto
