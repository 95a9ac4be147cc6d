#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// One tensor as the checkpoint describes it: a strided view of a storage inside the mapped file.
/// Strides may be 0 and rows may overlap, so a tensor can be far larger than its storage: hold
/// `bytes()` to a limit before memory is taken.
struct CheckpointTensor {
  std::string type;  ///< as safetensors names it: "F32", "F16", "BF16", "F64", "I64", ...
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;  ///< in elements
  /// Its first element, inside the mapped file, not always aligned to its size; null when it has no
  /// elements.
  const uint8_t* data = nullptr;

  /// Whether the elements lie one after another, row-major.
  bool contiguous() const;
  /// Product of the shape, at most 2^56.
  uint64_t elements() const;
  /// Size of a row-major copy.
  uint64_t bytes() const;
};

/// Copies a view row-major into `out` (tensor.bytes() of room).
void copy_row_major(const CheckpointTensor& tensor, uint8_t* out);

}  // namespace sotto::experiments
