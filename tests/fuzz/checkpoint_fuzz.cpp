// Files of torch.save. Input that begins like one of its two formats is read as it is; any other is
// taken for the pickle of a zip that has a few storages.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "experiments/peers/checkpoint_file.h"
#include "tests/common/memory_file.h"
#include "tests/fuzz/tiny_zip.h"

namespace {

using sotto::experiments::CheckpointFile;

/// Reads all of a small tensor, the ends of a large one.
void touch(const sotto::experiments::CheckpointTensor& tensor) {
  constexpr uint64_t kSmall = 1 << 16;
  const uint64_t bytes = tensor.bytes();
  if (bytes <= kSmall) {
    std::vector<uint8_t> copy(bytes);
    copy_row_major(tensor, copy.data());
    return;
  }
  uint64_t last = 0;
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    last += static_cast<uint64_t>((tensor.shape[i] - 1) * tensor.strides[i]);
  }
  const uint64_t item = bytes / tensor.elements();
  volatile uint8_t byte = tensor.data[0];
  byte = tensor.data[(last + 1) * item - 1];
  static_cast<void>(byte);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static sotto::MemoryFile file;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.substr(0, 2) == "PK" || input.substr(0, 4) == "\x80\x02\x8a\x0a") {
    file.assign(input);
  } else {
    const std::string storage(64, '\1');
    file.assign(sotto::experiments::tiny_zip(
        {{"x/data.pkl", input}, {"x/data/0", storage}, {"x/data/1", storage}, {"x/data/2", ""}}));
  }
  try {
    const CheckpointFile checkpoint(file.path());
    for (const auto& [name, tensor] : checkpoint.tensors()) {
      touch(tensor);
    }
  } catch (const sotto::Error&) {
  }
  return 0;
}
