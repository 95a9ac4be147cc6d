#include "common/kernels/vector.h"

namespace sotto {

namespace x86_64 {
extern const VectorKernels kernels;
}
#if defined(__x86_64__)
namespace x86_64_v3 {
extern const VectorKernels kernels;
}
namespace x86_64_v4 {
extern const VectorKernels kernels;
}
#endif

const VectorKernels& plain_vector_kernels() { return x86_64::kernels; }

const VectorKernels& vector_kernels() {
#if defined(__x86_64__)
  static const VectorKernels& best = [&]() -> const VectorKernels& {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
      return x86_64_v4::kernels;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2")) {
      return x86_64_v3::kernels;
    }
    return x86_64::kernels;
  }();
  return best;
#else
  return x86_64::kernels;
#endif
}

}  // namespace sotto
