#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/files.h"

namespace sotto {

/// Bytes of one element of a safetensors type name ("F32", "F16", "BF16", "F64", "I64", "I32",
/// "I16", "I8", "U8", "BOOL"); 0 for a name this program does not know.
size_t safetensors_type_size(const std::string& type);

/// Whether a path names such a file, by its extension.
bool is_safetensors(const std::string& path);

/// One tensor of a safetensors file: row-major little-endian bytes inside the mapped file.
struct SafetensorsEntry {
  std::string type;
  std::vector<int64_t> shape;
  const uint8_t* data = nullptr;
  size_t bytes = 0;
};

/// A safetensors file (8-byte header length, JSON header, raw data), memory-mapped. Every offset is
/// checked against the file before it is used.
class SafetensorsFile {
 public:
  /// @throws CheckpointError if the file is damaged, DataError if it cannot be read.
  explicit SafetensorsFile(const std::string& path);

  const std::map<std::string, SafetensorsEntry>& entries() const { return entries_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The tensors' bytes, all together: what a checksum covers.
  const uint8_t* data() const { return data_; }
  size_t data_bytes() const { return data_bytes_; }
  /// Keeps the map alive for views into it.
  const std::shared_ptr<MappedFile>& mapped() const { return file_; }

 private:
  std::shared_ptr<MappedFile> file_;
  std::map<std::string, SafetensorsEntry> entries_;
  std::map<std::string, std::string> metadata_;
  const uint8_t* data_ = nullptr;
  size_t data_bytes_ = 0;
};

/// Writes a safetensors file whole or not at all: no gaps (other readers refuse them), the data
/// starting at a multiple of 64 bytes. Equal input gives equal bytes.
void write_safetensors(
    const std::string& path,
    const std::map<std::string, SafetensorsEntry>& entries,
    const std::map<std::string, std::string>& metadata);

/// The checksum that `write_safetensors` data of these entries will have, as `checksum_hex` of the
/// file's data bytes.
std::string safetensors_checksum(const std::map<std::string, SafetensorsEntry>& entries);

}  // namespace sotto
