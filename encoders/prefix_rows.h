#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sotto::encoders {

/// Keys and values, a row (D) a position: (rows, D) each.
struct KeyValues {
  at::Tensor keys;
  at::Tensor values;
  at::Tensor across;  ///< keys transposed, (D, rows rounded up to a multiple of 16); may be undefined
};

/// The keys and values of every token that the running prefixes of a search hold, a row a token in
/// the order in which they came. Prefixes that share a beginning share its rows, and nothing is
/// copied when a search keeps some prefixes and drops others.
class KeyValueRows {
 public:
  /// Appends rows. @param keys, values (N, D)
  void append(const at::Tensor& keys, const at::Tensor& values);
  /// Keeps the rows `index` (M) int64 only, in that order.
  void keep(const at::Tensor& index);
  /// All rows, and room for more behind them.
  const KeyValues& rows() const { return rows_; }

 private:
  KeyValues rows_;
  int64_t used_ = 0;
};

/// Which rows are the tokens of which prefix: N prefixes of `length` tokens, (N, length) row by row.
struct PrefixPaths {
  int64_t length = 0;
  std::vector<int32_t> rows;

  int64_t prefixes() const {
    return length == 0 ? 0 : static_cast<int64_t>(rows.size()) / length;
  }
  const int32_t* of(int64_t prefix) const { return rows.data() + prefix * length; }
};

}  // namespace sotto::encoders
