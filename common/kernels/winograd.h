#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "common/kernels/activation.h"
#include "common/kernels/packed_matrix.h"

namespace sotto {

/// A 3x3 convolution of stride 1 and padding 1 over pictures in float32, as 25 products of matrices
/// (Lavin and Gray 2016, F(3x3, 3x3)): 3.24 times fewer multiplications where three divides the
/// picture's sides, as it does those of the last stages of a lip front end (6x6 and 3x3), for which
/// tiles of four are half empty. Results equal the plain ones to about 1e-5.
///
/// Immutable; any number of threads may apply it.
class WinogradConvolution {
 public:
  /// @param weight (O, C, 3, 3), O and C multiples of 16
  /// @param bias   (O)
  WinogradConvolution(const at::Tensor& weight, const at::Tensor& bias);

  /// @param x         (N, H, W, C)
  /// @param residual  (N, H, W, O), added before the activation; null: nothing
  /// @param y         (N, H, W, O)
  void apply(
      const float* x,
      int64_t N,
      int64_t H,
      int64_t W,
      const float* residual,
      FusedActivation activation,
      float* y) const;

  /// Multiplications for a pair of channels of one picture.
  static int64_t cost(int64_t H, int64_t W);

 private:
  int64_t inputs_;
  at::Tensor bias_;
  std::vector<PackedMatrix> products_;
};

}  // namespace sotto
