#pragma once

#include <cstdint>

#include "common/kernels/activation.h"

namespace sotto {

/// Numbers of one step of Adam that all elements of a parameter share.
struct AdamStep {
  float keep;        ///< decoupled weight decay: 1 - rate * decay
  float decay;       ///< of the gradient's kind: added to it times the weight
  float gradient;    ///< what gradients are multiplied by first: clipping
  float beta1;
  float rest1;       ///< 1 - beta1
  float beta2;
  float rest2;
  float rate;        ///< learning rate / (1 - beta1^step)
  float root_scale;  ///< 1 / sqrt(1 - beta2^step)
  float epsilon;
};

/// Numbers in memory, float32 or bfloat16.
struct Numbers {
  const void* data = nullptr;
  bool half = false;  ///< bfloat16
};
struct NumbersOut {
  void* data = nullptr;
  bool half = false;
};

/// y = act(norm(x) + residual) over rows of C channels, norm(x) = gamma * (x - mean) * inverse + beta.
/// A parametric ReLU has slopes, else they are null and `activation` decides.
struct NormActivation {
  int64_t channels;
  const float* mean;
  const float* inverse;  ///< 1 / sqrt(variance + epsilon)
  const float* gamma;
  const float* beta;
  const float* slopes;
  FusedActivation activation;
};

/// Loops of training over floats, as VectorKernels. All run on the calling thread.
struct TrainingKernels {
  const char* name;

  /// One step of Adam (Kingma and Ba 2015, algorithm 1), in place, each number read and written once.
  void (*adam)(
      int64_t count,
      const AdamStep& step,
      const float* gradients,
      float* weights,
      float* averages,
      float* squares);

  /// Sum of squares.
  double (*square_sum)(const float* x, int64_t count);

  /// sums[c] += x - pivot[c] and squares[c] += (x - pivot[c])^2 over rows. The pivot is near the mean,
  /// so that squares do not lose the variance.
  void (*moments)(
      const Numbers& x,
      int64_t rows,
      int64_t channels,
      const float* pivot,
      double* sums,
      double* squares);

  /// @param residual  null: none
  void (*norm_activation)(
      const NormActivation& form,
      const Numbers& x,
      const Numbers& residual,
      int64_t rows,
      const NumbersOut& y);

  /// The three sums of the gradient over rows: d = dy * act', d * (x - mean) * inverse, and of slopes.
  /// @param inner  takes d where it is needed again: the residual's gradient; null: not kept
  void (*norm_activation_sums)(
      const NormActivation& form,
      const Numbers& x,
      const Numbers& residual,
      const Numbers& dy,
      int64_t rows,
      const NumbersOut& inner,
      double* sums,
      double* products,
      double* slope_sums);

  /// dx = gamma * inverse * (d - means[c] - xhat * products[c]), d computed again, or read where it was
  /// kept.
  void (*norm_activation_gradient)(
      const NormActivation& form,
      const Numbers& x,
      const Numbers& residual,
      const Numbers& dy,
      const Numbers& inner,
      const float* means,
      const float* products,
      int64_t rows,
      const NumbersOut& dx);

  /// y[i] = x[i] * scale where a number drawn for `first + i` is at least `rate`, else 0. The same seed
  /// draws the same: the backward pass asks again instead of keeping a mask.
  void (*dropout)(
      const Numbers& x, int64_t first, int64_t count, uint64_t seed, double rate, const NumbersOut& y);

  /// The gradients of a depthwise convolution over time (VectorKernels::depthwise) of one clip for
  /// its weights and bias: weight_sums[k][d] += sum_t dy[t][d] x[t + k - K/2][d], bias_sums likewise.
  void (*depthwise_weights)(
      const float* x,
      const float* dy,
      int64_t T,
      int64_t D,
      int64_t K,
      int64_t first,  ///< channels [first, last)
      int64_t last,
      float* weight_sums,
      float* bias_sums);
};

/// Those of this processor.
const TrainingKernels& training_kernels();
/// Those that any x86-64 processor runs, for comparison.
const TrainingKernels& plain_training_kernels();

}  // namespace sotto
