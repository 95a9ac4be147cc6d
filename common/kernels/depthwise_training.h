#pragma once

#include <ATen/core/Tensor.h>

namespace sotto {

/// A depthwise convolution over time with zeros outside, as torch::nn::Conv1d with groups = D and
/// padding (K - 1) / 2, differentiable. On the host in float32 by VectorKernels and TrainingKernels,
/// whatever the input is in: it is no matrix product, and its cost is reading.
/// @param x       (B, T, D)
/// @param weight  (D, 1, K), K odd
/// @param bias    (D)
/// @return (B, T, D)
at::Tensor depthwise_over_time(
    const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace sotto
