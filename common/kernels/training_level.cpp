// Compiled once for each level of x86-64 with SOTTO_LEVEL naming it, under the rules of
// vector_level.cpp: no template or inline function of a header.
#include "common/kernels/training.h"

#define SOTTO_TEXT_OF(name) #name
#define SOTTO_NAME_OF(name) SOTTO_TEXT_OF(name)

namespace sotto::SOTTO_LEVEL {
namespace {

void adam(
    int64_t count,
    const AdamStep& step,
    const float* __restrict gradients,
    float* __restrict weights,
    float* __restrict averages,
    float* __restrict squares) {
  const AdamStep s = step;
  for (int64_t i = 0; i < count; ++i) {
    const float gradient = gradients[i] * s.gradient + s.decay * weights[i];
    const float average = averages[i] * s.beta1 + gradient * s.rest1;
    const float square = squares[i] * s.beta2 + gradient * gradient * s.rest2;
    averages[i] = average;
    squares[i] = square;
    weights[i] = weights[i] * s.keep -
                 s.rate * average / (__builtin_sqrtf(square) * s.root_scale + s.epsilon);
  }
}

double square_sum(const float* x, int64_t count) {
  constexpr int64_t kBlock = 4096;  // short sums in float, their sum in double
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = begin + kBlock < count ? begin + kBlock : count;
    float sum = 0;
    for (int64_t i = begin; i < end; ++i) {
      sum += x[i] * x[i];
    }
    total += static_cast<double>(sum);
  }
  return total;
}

}  // namespace

extern const TrainingKernels training_kernels;
const TrainingKernels training_kernels = {SOTTO_NAME_OF(SOTTO_LEVEL), adam, square_sum};

}  // namespace sotto::SOTTO_LEVEL
