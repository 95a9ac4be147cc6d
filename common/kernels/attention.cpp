#include "common/kernels/attention.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace sotto {

void attend(const std::vector<AttentionRow>& rows, int64_t heads, int64_t width, float scale) {
  int64_t longest = 0;
  int64_t work = 0;
  for (const AttentionRow& row : rows) {
    longest = std::max(longest, row.count);
    work += row.count * heads * width;
  }
  // Waking a thread costs as much as some ten thousand products.
  constexpr int64_t kWorthAThread = 50000;
  const auto count = static_cast<int64_t>(rows.size());
  const int64_t grain = std::max<int64_t>(1, count * kWorthAThread / std::max<int64_t>(work, 1));
  at::parallel_for(0, count, grain, [&](int64_t begin, int64_t end) {
    std::vector<float> scores(static_cast<size_t>(kAttentionGroup * ((longest + 15) / 16 * 16)));
    vector_kernels().attend(
        rows.data() + begin, end - begin, heads, width, scale, scores.data());
  });
}

}  // namespace sotto
