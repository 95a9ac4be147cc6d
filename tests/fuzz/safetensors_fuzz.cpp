// Safetensors files: what is read without a complaint lies inside the file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/error.h"
#include "common/safetensors.h"
#include "tests/common/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sotto::MemoryFile memory;
  memory.assign({reinterpret_cast<const char*>(data), size});
  try {
    const sotto::SafetensorsFile file(memory.path());
    for (const auto& [name, entry] : file.entries()) {
      const size_t item = sotto::safetensors_type_size(entry.type);
      size_t bytes = item;
      for (const int64_t dimension : entry.shape) {
        bytes *= static_cast<size_t>(dimension);
      }
      if (bytes != entry.bytes) {
        std::abort();
      }
      sotto::checksum(entry.data, entry.bytes);
    }
  } catch (const sotto::Error&) {
  }
  return 0;
}
