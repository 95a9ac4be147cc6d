#include "decoding/top_k.h"

#include <algorithm>

#include "common/kernels/vector.h"

namespace sotto::decoding {

std::vector<int64_t> top_k(const float* values, int64_t count, int64_t k) {
  const auto before = [values](int64_t a, int64_t b) {
    return values[a] > values[b] || (values[a] == values[b] && a < b);
  };
  std::vector<int64_t> best;  // a heap whose front is the worst position kept
  if (k < 1) {
    return best;
  }
  best.reserve(std::min(count, k));
  // Most stretches of a large vocabulary hold nothing that counts.
  constexpr int64_t kStretch = 128;
  for (int64_t begin = 0; begin < count; begin += kStretch) {
    const int64_t end = std::min(begin + kStretch, count);
    if (static_cast<int64_t>(best.size()) == k &&
        vector_kernels().largest(values + begin, end - begin) < values[best.front()]) {
      continue;
    }
    for (int64_t i = begin; i < end; ++i) {
      if (static_cast<int64_t>(best.size()) < k) {
        best.push_back(i);
        std::push_heap(best.begin(), best.end(), before);
      } else if (before(i, best.front())) {
        std::pop_heap(best.begin(), best.end(), before);
        best.back() = i;
        std::push_heap(best.begin(), best.end(), before);
      }
    }
  }
  std::sort_heap(best.begin(), best.end(), before);
  return best;
}

}  // namespace sotto::decoding
