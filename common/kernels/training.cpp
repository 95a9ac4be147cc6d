#include "common/kernels/training.h"

#include <cstring>
#include <initializer_list>

#include "common/kernels/vector.h"

namespace sotto {

namespace x86_64 {
extern const TrainingKernels training_kernels;
}
#if defined(__x86_64__)
namespace x86_64_v3 {
extern const TrainingKernels training_kernels;
}
namespace x86_64_v4 {
extern const TrainingKernels training_kernels;
}
#endif

const TrainingKernels& plain_training_kernels() { return x86_64::training_kernels; }

const TrainingKernels& training_kernels() {
#if defined(__x86_64__)
  static const TrainingKernels& best = []() -> const TrainingKernels& {
    const char* level = vector_kernels().name;
    for (const TrainingKernels* kernels :
         {&x86_64_v4::training_kernels, &x86_64_v3::training_kernels}) {
      if (std::strcmp(kernels->name, level) == 0) {
        return *kernels;
      }
    }
    return x86_64::training_kernels;
  }();
  return best;
#else
  return x86_64::training_kernels;
#endif
}

}  // namespace sotto
