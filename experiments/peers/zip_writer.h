#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/files.h"
#include "experiments/peers/zip_format.h"

namespace sotto::experiments {

/// Writes a zip of stored entries, whole or not at all, from front to back: each entry's data
/// starts at a multiple of 64 bytes of the file, so that readers can map it. Holds no date: equal
/// input gives equal bytes.
class ZipWriter {
 public:
  /// @param zip64_from  sizes and offsets from here on are written as zip64 does; a test's knob.
  explicit ZipWriter(const std::string& path, uint64_t zip64_from = kZip64Marker);

  /// @throws DataError when the disk does not take it.
  void add(const std::string& name, const void* data, uint64_t bytes);
  void add(const std::string& name, std::string_view text) { add(name, text.data(), text.size()); }
  /// Writes the directory; the file appears.
  void commit();

 private:
  struct Entry {
    std::string name;
    uint64_t header;
    uint64_t bytes;
    uint32_t crc;
  };

  std::string local_header(const Entry& entry) const;
  std::string central_header(const Entry& entry) const;
  std::string end(uint64_t central_bytes) const;
  uint32_t narrow(uint64_t number) const;
  void write(std::string_view bytes);

  AtomicFile file_;
  uint64_t zip64_from_;
  uint64_t position_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace sotto::experiments
