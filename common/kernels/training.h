#pragma once

#include <cstdint>

namespace sotto {

/// Numbers of one step of Adam that all elements of a parameter share.
struct AdamStep {
  float keep;          ///< decoupled weight decay: 1 - rate * decay
  float decay;         ///< of the gradient's kind: added to it times the weight
  float gradient;      ///< what gradients are multiplied by first: clipping
  float beta1;
  float rest1;         ///< 1 - beta1
  float beta2;
  float rest2;
  float rate;          ///< learning rate / (1 - beta1^step)
  float root_scale;    ///< 1 / sqrt(1 - beta2^step)
  float epsilon;
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
};

/// Those of this processor.
const TrainingKernels& training_kernels();
/// Those that any x86-64 processor runs, for comparison.
const TrainingKernels& plain_training_kernels();

}  // namespace sotto
