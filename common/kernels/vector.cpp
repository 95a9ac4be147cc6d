#include "common/kernels/vector.h"

#include "common/processor.h"

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
    if (processor_has_v4()) {
      return x86_64_v4::kernels;
    }
    if (processor_has_v3()) {
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
