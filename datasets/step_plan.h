#pragma once

#include <cstdint>
#include <vector>

#include "common/random.h"

namespace sotto::datasets {

/// Numbers of clips.
using Members = std::vector<size_t>;

/// Neighbours packed in the order given, up to `budget` padded frames; a longer clip stands alone.
/// @param frames  of every clip
std::vector<Members> pack(
    const Members& order, const std::vector<int64_t>& frames, int64_t budget);

/// The steps of one epoch of training.
/// @param buckets  0: clips are shuffled and sorted by length in groups of 256, so that contents
///                 change with the epoch. n: as auto_avsr (2025), n ranges of length of equal width,
///                 packed longest first within each; only the order of the steps changes.
std::vector<Members> plan_steps(
    const std::vector<int64_t>& frames, int64_t budget, int64_t buckets, Random& random);

/// A step's clips dealt out by length, so that all shares take like time: to `processes`, and to as
/// many passes as it takes for no share to have more than `budget` padded frames (0: one pass).
/// @return passes * processes shares, those of one pass behind one another; some may be empty.
std::vector<Members> deal(
    const Members& step, const std::vector<int64_t>& frames, int64_t processes, int64_t budget);

}  // namespace sotto::datasets
