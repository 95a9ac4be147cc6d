#pragma once

#include <vector>

#include "common/kernels/vector.h"

namespace sotto {

/// VectorKernels::attend, shared among the threads that LibTorch may use.
void attend(const std::vector<AttentionRow>& rows, int64_t heads, int64_t width, float scale);

}  // namespace sotto
