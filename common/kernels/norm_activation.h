#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <utility>
#include <vector>

#include "common/kernels/activation.h"

namespace sotto {

/// What a batch norm in training is followed by: y = act(norm(x) + residual).
struct NormTail {
  FusedActivation activation = FusedActivation::kNone;
  at::Tensor slopes;    ///< (C) of a parametric ReLU, in place of `activation`
  at::Tensor residual;  ///< of x's size; undefined: none
};

/// A batch norm in training with what follows it, in three passes over memory forward and backward
/// instead of eight, in bfloat16 where the products beside it are. Statistics are summed in double.
struct NormCall {
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor running_mean;
  at::Tensor running_var;
  double momentum = 0.1;
  double epsilon = 1e-5;
  /// Rows [first, last) that count, one after the other; empty: all. Others become zeros.
  std::vector<std::pair<int64_t, int64_t>> rows;
  bool counts = true;  ///< false: the rows take no part in the statistics
  /// Sums a tensor of doubles over processes; empty: one process.
  std::function<void(at::Tensor&)> reduce;
  at::ScalarType out = at::kFloat;  ///< of y; bfloat16 if x is
};

/// Whether x (N, C, ...) lies in memory as rows of channels, on the host, in numbers that
/// norm_activation reads.
bool lies_in_rows(const at::Tensor& x);

/// @param x  lies_in_rows; so does the residual, in y's numbers. The result does too.
at::Tensor norm_activation(const at::Tensor& x, const NormCall& norm, const NormTail& tail);

/// The tail's activation alone.
at::Tensor activate(const at::Tensor& x, const NormTail& tail);

/// The same by LibTorch's operations: for any device and layout, of one process, all rows counting.
at::Tensor norm_activation_plain(const at::Tensor& x, const NormCall& norm, const NormTail& tail);

}  // namespace sotto
