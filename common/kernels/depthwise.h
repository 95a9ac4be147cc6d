#pragma once

#include <ATen/core/Tensor.h>

#include "common/kernels/activation.h"

namespace sotto {

/// Depthwise convolution over time with zeros outside, VectorKernels::depthwise shared among the
/// threads that LibTorch may use. A batch norm behind it can be folded into weight and bias.
/// @param x       (B, T, D) float32 on the host
/// @param weight  (K, D), K odd
/// @param bias    (D)
/// @return (B, T, D)
at::Tensor depthwise(
    const at::Tensor& x,
    const at::Tensor& weight,
    const at::Tensor& bias,
    FusedActivation activation);

/// The gated linear unit of x (..., 2 D) over its last dimension, (..., D), as at::glu.
at::Tensor gated_linear_unit(const at::Tensor& x);

}  // namespace sotto
