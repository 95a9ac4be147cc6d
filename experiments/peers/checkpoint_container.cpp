#include "experiments/peers/checkpoint_container.h"

#include <string_view>

#include "common/error.h"

namespace sotto::experiments {

std::unique_ptr<CheckpointContainer> open_container(const MappedFile& file) {
  using namespace std::string_view_literals;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  if (bytes.substr(0, 4) == "PK\x03\x04"sv) {
    return open_zip_container(file);
  }
  // A pickle of the number 0x1950a86a20f9469cfc6c.
  if (bytes.substr(0, 15) == "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e"sv) {
    return open_legacy_container(file);
  }
  throw CheckpointError(
      file.path() + ": expected a checkpoint that torch.save wrote, got something else");
}

}  // namespace sotto::experiments
