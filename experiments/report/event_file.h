#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sotto::experiments {

/// The checksum of event files: CRC32C (Castagnoli), rotated and shifted as TensorFlow's records
/// are.
uint32_t masked_crc32c(const void* data, size_t bytes);

/// A TensorBoard event file of scalars, `FOLDER/events.out.tfevents.SECONDS.HOST`: records of
/// length, checksum, `Event` message, checksum. A step's scalars are one record that is written at
/// once, so that a killed run leaves whole records, or a last one that TensorBoard ignores.
class EventFile {
 public:
  using Scalars = std::vector<std::pair<std::string, double>>;

  /// Begins a new file; one that is there already is never touched.
  /// @throws DataError.
  EventFile(const std::string& folder, double unix_s);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  /// @throws DataError, the disk being full for instance.
  void add(double unix_s, int64_t step, const Scalars& scalars);

  const std::string& path() const { return path_; }

 private:
  void write_record(const std::string& message);

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace sotto::experiments
