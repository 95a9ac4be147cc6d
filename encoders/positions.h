#pragma once

#include <ATen/core/Tensor.h>

namespace sotto::encoders {

/// Sinusoidal positions (Vaswani et al. 2017, arXiv:1706.03762, sec. 3.5) for the given first
/// position and step: row r holds sin and cos, interleaved, of (first + r * step) * w_k with
/// w_k = 10000^(-2k/D). Computed in float32 as the published checkpoints expect.
///
/// @return (count, D) on the options' device.
at::Tensor sinusoids(
    int64_t first, int64_t step, int64_t count, int64_t D, const at::TensorOptions& options);

/// Relative positions T-1 ... 0 ... -(T-1) (Dai et al. 2019, arXiv:1901.02860, appendix B).
/// @return (2T-1, D); row r is the position T-1-r.
at::Tensor relative_positions(int64_t T, int64_t D, const at::TensorOptions& options);

/// The relative shift: scores against positions (..., T, 2T-1) become scores against keys
/// (..., T, T) with out[i][j] = in[i][T-1-i+j].
at::Tensor relative_shift(const at::Tensor& scores);

}  // namespace sotto::encoders
