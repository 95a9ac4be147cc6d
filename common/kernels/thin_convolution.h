#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "common/kernels/activation.h"

namespace sotto {

/// The side of a picture behind pooling: the largest in squares of 3x3, two apart, padding 1.
inline int64_t pooled(int64_t side) {
  return (side + 1) / 2;
}

/// A convolution over pictures of few channels, as the first of a network is, in float32: all
/// filters of a row of pixels at once, straight from the picture. oneDNN's, made for blocks of
/// sixteen channels, reach half of this there.
///
/// Immutable; any number of threads may apply it.
class ThinConvolution {
 public:
  /// @param weight  (O, C, rows, columns), O a multiple of 16
  /// @param bias    (O)
  /// @param stride, padding  of rows and columns
  ThinConvolution(
      const at::Tensor& weight,
      const at::Tensor& bias,
      std::vector<int64_t> stride,
      std::vector<int64_t> padding);

  static bool suits(const at::Tensor& weight);

  /// @param x  (N, C, H, W) float32 with any strides
  /// @param y  (N, H', W', O)
  void apply(const at::Tensor& x, FusedActivation activation, float* y) const;

  /// The same with pooling behind it, a picture at a time, which stays in the caches between the
  /// two.
  /// @param y  (N, pooled(H'), pooled(W'), O)
  void apply_and_pool(const at::Tensor& x, FusedActivation activation, float* y) const;

 private:
  struct Plan;
  void convolve(
      const Plan& plan, const at::Tensor& padded, FusedActivation activation, float* y) const;

  at::Tensor weight_;  // (C rows columns, O)
  at::Tensor bias_;
  std::vector<int64_t> shape_;  // of the weight as it was given
  std::vector<int64_t> stride_;
  std::vector<int64_t> padding_;
};

}  // namespace sotto
