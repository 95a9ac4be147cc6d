#pragma once

#include <cstdint>
#include <vector>

namespace sotto::decoding {

/// Positions of the k largest of `count` values, largest first; of equal values the earlier one
/// first. All positions where count < k.
std::vector<int64_t> top_k(const float* values, int64_t count, int64_t k);

}  // namespace sotto::decoding
