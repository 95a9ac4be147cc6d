#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::experiments {

/// One file inside a zip: its bytes as they are stored.
struct ZipEntry {
  std::string_view name;
  uint64_t header = 0;  ///< where its local header begins
  const uint8_t* data = nullptr;
  uint64_t bytes = 0;
  uint32_t crc = 0;
};

/// The directory of a zip as torch.save writes it: stored entries only, zip64 or not. Every entry
/// lies inside the file and no two overlap; compressed or encrypted ones are refused, so reading an
/// entry never takes more memory than the file has bytes.
class ZipDirectory {
 public:
  /// @param data   the whole file; must outlive this object.
  /// @param where  the file, for messages.
  /// @throws CheckpointError
  ZipDirectory(const uint8_t* data, uint64_t bytes, std::string where);

  /// Sorted by name.
  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// Null if there is none.
  const ZipEntry* find(std::string_view name) const;
  /// Compares the entry's bytes with its CRC-32.
  /// @throws CheckpointError if they differ.
  void verify(const ZipEntry& entry) const;

 private:
  std::string where_;
  std::vector<ZipEntry> entries_;
};

}  // namespace sotto::experiments
