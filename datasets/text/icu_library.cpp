#include "datasets/text/icu_library.h"

#include <dlfcn.h>

#include "common/error.h"
#include "common/shared_object.h"

namespace sotto::datasets {
namespace {

template <class Function>
void find(void* handle, Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  if (function == nullptr) {
    throw DataError(std::string("ICU: its library lacks ") + name);
  }
}

IcuLibrary open_library() {
#ifdef SOTTO_NO_MEDIA
  throw DataError("text rules: this sotto was built without ICU (SOTTO_MEDIA=OFF), which Mandarin needs");
#endif
  const std::string path = find_shared_object("libsotto_icu.so");
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw DataError(path + ": cannot be loaded: " + dlerror());
  }
  IcuLibrary library = {};
  find(handle, library.compose, "sotto_icu_compose");
  find(handle, library.kind_of, "sotto_icu_kind_of");
  find(handle, library.lower, "sotto_icu_lower");
  return library;
}

void append(void* context, const char32_t* characters, uint64_t count) {
  static_cast<std::u32string*>(context)->append(characters, count);
}

}  // namespace

const IcuLibrary& icu_library() {
  static const IcuLibrary library = open_library();
  return library;
}

std::u32string icu_compose(std::string_view text, bool simplified) {
  std::u32string characters;
  char reason[128] = "";
  const int status = icu_library().compose(
      text.data(), text.size(), simplified ? 1 : 0, &append, &characters, reason);
  if (status != 0) {
    throw DataError(std::string("text rules: ") + reason);
  }
  return characters;
}

}  // namespace sotto::datasets
