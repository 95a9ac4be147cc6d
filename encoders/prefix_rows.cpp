#include "encoders/prefix_rows.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace sotto::encoders {

void KeyValueRows::append(const at::Tensor& keys, const at::Tensor& values) {
  constexpr int64_t kFirstRoom = 64;
  const int64_t N = keys.size(0);
  const int64_t room = rows_.keys.defined() ? rows_.keys.size(0) : 0;
  if (used_ + N > room) {
    const int64_t more = std::max({kFirstRoom, 2 * room, used_ + N});
    const auto grown = [&](const at::Tensor& old, const at::Tensor& like) {
      at::Tensor grown = at::empty({more, like.size(1)}, like.options());
      if (used_ > 0) {
        grown.narrow(0, 0, used_).copy_(old.narrow(0, 0, used_));
      }
      return grown;
    };
    rows_ = {grown(rows_.keys, keys), grown(rows_.values, values), {}};
  }
  rows_.keys.narrow(0, used_, N).copy_(keys);
  rows_.values.narrow(0, used_, N).copy_(values);
  used_ += N;
}

void KeyValueRows::keep(const at::Tensor& index) {
  rows_ = {rows_.keys.index_select(0, index), rows_.values.index_select(0, index), {}};
  used_ = index.size(0);
}

}  // namespace sotto::encoders
