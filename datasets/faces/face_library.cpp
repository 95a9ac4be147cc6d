#include "datasets/faces/face_library.h"

#include <dlfcn.h>

#include "common/error.h"
#include "common/processor.h"
#include "common/shared_object.h"
#include "datasets/faces/dlib_interface.h"

namespace sotto::datasets {

std::string face_library_name() {
  return processor_has_v3() ? "libsotto_faces_v3.so" : "libsotto_faces.so";
}

void preload_face_models() {
  try {
    void* library =
        ::dlopen(find_shared_object(face_library_name()).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      return;
    }
    using Preload = decltype(&sotto_face_preload);
    if (const auto preload = reinterpret_cast<Preload>(::dlsym(library, "sotto_face_preload"))) {
      preload(kLandmarkFile);
    }
  } catch (const Error&) {  // shared_face_models says it, if faces are needed at all
  }
}

}  // namespace sotto::datasets
