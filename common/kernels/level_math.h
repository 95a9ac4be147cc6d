#pragma once

// Sixteen floats at once, and functions of one, that the sources compiled for a level of x86-64 share.
// In the anonymous namespace of a level: each such source has its own.

#include <cstdint>

#include "common/kernels/activation.h"

namespace sotto::SOTTO_LEVEL {
namespace {

/// Sixteen floats that need no alignment. Said outright where sums of a constant number of lanes have
/// to stay in registers: compilers put such arrays into memory.
typedef float Lanes __attribute__((vector_size(64), aligned(4), may_alias));
constexpr int64_t kLanes = 16;

inline __attribute__((always_inline)) const Lanes& lanes(const float* x) {
  return *reinterpret_cast<const Lanes*>(x);
}
inline __attribute__((always_inline)) Lanes& lanes(float* x) {
  return *reinterpret_cast<Lanes*>(x);
}

inline __attribute__((always_inline)) float larger(float a, float b) { return a > b ? a : b; }

/// exp(x) to about 2 units in the last place for x in [-87, 88]; smaller x are taken as -87.
inline __attribute__((always_inline)) float exponential(float x) {
  x = x < -87.0F ? -87.0F : x > 88.0F ? 88.0F : x;
  const float scaled = x * 1.44269504F;
  const int n = static_cast<int>(scaled + (scaled < 0 ? -0.5F : 0.5F));
  const float whole = static_cast<float>(n);
  const float r = x - whole * 0.693359375F - whole * -2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  return p * __builtin_bit_cast(float, (n + 127) << 23);
}

inline __attribute__((always_inline)) float activated(float x, FusedActivation activation) {
  return activation == FusedActivation::kRelu    ? larger(x, 0.0F)
         : activation == FusedActivation::kSwish ? x / (1.0F + exponential(-x))
                                                 : x;
}

}  // namespace
}  // namespace sotto::SOTTO_LEVEL
