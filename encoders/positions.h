#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "common/lengths.h"

namespace sotto::encoders {

/// How an encoder learns where a frame stands.
enum class PositionScheme {
  kRelative,   ///< "relative": key j is seen by query i at the distance i - j (Dai et al. 2019)
  kLegacy,     ///< "relative_legacy": the first form of the published recognisers, see below
  kUnshifted,  ///< "relative_unshifted": WeNet's, by the key's own position
  kAbsolute,   ///< "absolute": sinusoids added to the input
  kNone,       ///< "none": not at all; the input is not scaled either
};

/// The recipe names, in the order above.
const std::vector<std::string>& position_scheme_names();
PositionScheme position_scheme(const std::string& name);
bool is_relative(PositionScheme scheme);

/// Sinusoidal positions (Vaswani et al. 2017, arXiv:1706.03762, sec. 3.5) for the given first
/// position and step: row r holds sin and cos, interleaved, of (first + r * step) * w_k with
/// w_k = 10000^(-2k/D). Computed in float32 as the published checkpoints expect.
///
/// @return (count, D) on the options' device.
at::Tensor sinusoids(
    int64_t first, int64_t step, int64_t count, int64_t D, const at::TensorOptions& options);

/// What an encoder hands to its blocks for T frames: the positions that attention scores by.
///
/// - relative: (2T-1, D), row r is the position T-1-r (Dai et al. 2019, appendix B);
/// - legacy: (T, D), row r is the position L-1-r of a table of L = max(5000, T) rows: large numbers,
///   which the weights of such checkpoints are used to;
/// - unshifted: (T, D), row r is the position r.
at::Tensor position_table(
    PositionScheme scheme, int64_t T, int64_t D, const at::TensorOptions& options);

/// Scores against the table's rows, (B, heads, T, rows), as scores against keys (B, heads, T, T):
///
/// - relative: out[i][j] = in[i][T-1-i+j];
/// - legacy: the same for j <= i, 0 for j = i+1, and in[i+1][j-i-2] beyond: what reading a (T, T)
///   buffer as (T+1, T) does. T is the clip's own length, so that padding changes nothing; where
///   padding leaks, the batch's;
/// - unshifted: in.
at::Tensor align_positions(
    const at::Tensor& scores, PositionScheme scheme, const Lengths& lengths);

}  // namespace sotto::encoders
