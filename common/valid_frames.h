#pragma once

#include <ATen/core/Tensor.h>

#include "common/lengths.h"

namespace sotto {

// Valid frames taken out of padded batches and put back, differentiable both ways. What is moved are
// runs of memory, a copy a clip.

/// (B, C, k T, ...) -> (1, C, k N, ...): the valid positions of all clips behind one another, for N
/// valid frames of k positions.
at::Tensor join_valid(const at::Tensor& x, const Lengths& lengths);
/// The way back, zeros where padding was. @param per_frame  k
at::Tensor split_valid(const at::Tensor& x, const Lengths& lengths, int64_t per_frame);

/// (B, C, T, H, W) -> (N, C, H, W) in channels-last order.
at::Tensor valid_pictures(const at::Tensor& x, const Lengths& lengths);
/// (N, D) -> (B, T, D), zeros where padding was.
at::Tensor with_padding(const at::Tensor& x, const Lengths& lengths);

}  // namespace sotto
