#pragma once

#include <ATen/core/Tensor.h>

namespace sotto {

/// Whether `dropout` can take x: float32 or bfloat16 without gaps, on the host.
bool has_dropout_kernel(const at::Tensor& x);

/// Dropout (Srivastava et al. 2014) with all threads. One number is drawn from LibTorch's generator;
/// what happens to each element follows from it, in the backward pass again, so that no mask is kept.
at::Tensor dropout(const at::Tensor& x, double rate);

}  // namespace sotto
