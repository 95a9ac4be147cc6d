#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "common/kernels/activation.h"
#include "common/kernels/precision.h"

namespace sotto {

/// Pictures between two convolutions, (N, C, spatial sizes...), in whatever layout and type the
/// convolution that made them prefers.
class FeatureMap {
 public:
  FeatureMap() = default;
  /// @param x (N, C, L), (N, C, H, W) or (N, C, T, H, W), float32 on the host, with any strides.
  explicit FeatureMap(const at::Tensor& x);

  bool defined() const { return implementation_ != nullptr; }
  std::vector<int64_t> sizes() const;
  /// Contiguous float32.
  at::Tensor tensor() const;

 private:
  friend class PackedConvolution;
  struct Implementation;
  std::shared_ptr<const Implementation> implementation_;
};

/// A convolution over one to three dimensions with the batch norm and activation behind it, for
/// oneDNN: weights packed once, norm folded into them, activation and residual sum done on the way
/// out. In float32, 3x3 kernels of stride 1 are Winograd convolutions, oneDNN's or our own, whichever
/// multiplies less (winograd.h; results equal to about 1e-5), and those over few channels our own.
///
/// Immutable to its callers; any number of threads may apply it. In kInt8 it computes in bfloat16
/// where the processor has it, else in float32: pictures have no rows to scale.
class PackedConvolution {
 public:
  /// @param weight   (O, C, kernel sizes...) float32
  /// @param bias     (O)
  /// @param slopes   (O) of a parametric ReLU; undefined: `activation` decides
  PackedConvolution(
      const at::Tensor& weight,
      const at::Tensor& bias,
      std::vector<int64_t> stride,
      std::vector<int64_t> padding,
      FusedActivation activation,
      const at::Tensor& slopes,
      Precision precision);
  ~PackedConvolution();

  /// @param residual  added before the activation; of the result's size, or nothing
  FeatureMap apply(const FeatureMap& x, const FeatureMap& residual = {}) const;

  /// The largest in squares of 3x3 of the result, two apart, padding 1. Of pictures (N, C, H, W).
  FeatureMap apply_and_pool(const FeatureMap& x) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The weight and bias of a convolution with an evaluation-mode batch norm behind it:
/// weight * scale, (bias - mean) * scale + shift with scale = gamma / sqrt(variance + epsilon).
/// @param bias  may be undefined
struct FoldedConvolution {
  at::Tensor weight;
  at::Tensor bias;
};
FoldedConvolution fold_batch_norm(
    const at::Tensor& weight,
    const at::Tensor& bias,
    const at::Tensor& gamma,
    const at::Tensor& beta,
    const at::Tensor& mean,
    const at::Tensor& variance,
    double epsilon);

}  // namespace sotto
