#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace sotto {

/// A file in memory that code can open by its path: for tests that read thousands of damaged files.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes = {}) : descriptor_(::memfd_create("test", 0)) {
    assign(bytes);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  /// Makes the file these bytes.
  void assign(std::string_view bytes) {
    resize(bytes.size());
    put(0, bytes);
  }
  void put(size_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written <= 0) {
        return;
      }
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<size_t>(written);
    }
  }
  void resize(size_t bytes) {
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) {
      ::close(descriptor_);
      descriptor_ = -1;
    }
  }

 private:
  int descriptor_;
};

}  // namespace sotto
