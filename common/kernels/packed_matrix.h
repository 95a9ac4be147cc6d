#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "common/kernels/activation.h"
#include "common/kernels/precision.h"

namespace sotto {

/// The weight and bias of a linear layer, laid out once for oneDNN's matrix product: two to six
/// times as fast as at::linear with the one to some tens of rows that a beam search has, and in the
/// numbers of a Precision. Immutable; any number of threads may multiply.
///
/// kInt8 scales each row of the input and each output of the weight by its largest value; sums are
/// exact, so that padding and batches change nothing.
class PackedMatrix {
 public:
  /// @param weight (N, K) float32; it is copied
  /// @param bias   (N) float32 or undefined
  PackedMatrix(const at::Tensor& weight, const at::Tensor& bias, Precision precision);
  ~PackedMatrix();
  PackedMatrix(PackedMatrix&&) noexcept;
  PackedMatrix& operator=(PackedMatrix&&) noexcept;

  /// @param x (..., K) float32 on the host
  /// @return (..., N) float32: activation(x weight^T + bias)
  at::Tensor multiply(
      const at::Tensor& x, FusedActivation activation = FusedActivation::kNone) const;

  /// What the packed weight takes.
  size_t bytes() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// "2.6.3": of the library that is loaded.
std::string onednn_version();

}  // namespace sotto
