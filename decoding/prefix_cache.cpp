#include "decoding/prefix_cache.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace sotto::decoding {

void PrefixCache::grow(int64_t N, size_t layers) {
  TORCH_CHECK(
      paths_.length == 0 || paths_.prefixes() == N, "PrefixCache: expected ", paths_.prefixes(),
      " prefixes, got ", N);
  layers_.resize(layers);
  const int64_t length = paths_.length;
  std::vector<int32_t> rows;
  rows.reserve(static_cast<size_t>(N * (length + 1)));
  for (int64_t i = 0; i < N; ++i) {
    rows.insert(rows.end(), paths_.of(i), paths_.of(i) + length);
    rows.push_back(used_++);
  }
  paths_ = {length + 1, std::move(rows)};
}

void PrefixCache::select(const std::vector<int64_t>& parents) {
  std::vector<int32_t> rows;
  rows.reserve(parents.size() * static_cast<size_t>(paths_.length));
  for (const int64_t parent : parents) {
    TORCH_CHECK(
        parent >= 0 && parent < paths_.prefixes(), "PrefixCache: there is no prefix ", parent);
    rows.insert(rows.end(), paths_.of(parent), paths_.of(parent) + paths_.length);
  }
  paths_.rows = std::move(rows);
  // Rows of dropped prefixes stay until there may be as many of them as of others.
  if (used_ > limit_) {
    drop_unused_rows();
    limit_ = std::max(kFirstLimit, 2 * used_);
  }
}

void PrefixCache::drop_unused_rows() {
  std::vector<int32_t> moved(static_cast<size_t>(used_), -1);
  std::vector<int64_t> kept;
  for (int32_t& row : paths_.rows) {
    int32_t& target = moved[static_cast<size_t>(row)];
    if (target < 0) {
      target = static_cast<int32_t>(kept.size());
      kept.push_back(row);
    }
    row = target;
  }
  used_ = static_cast<int32_t>(kept.size());
  for (encoders::KeyValueRows& layer : layers_) {
    layer.keep(at::tensor(kept, at::kLong).to(layer.rows().keys.device()));
  }
}

}  // namespace sotto::decoding
