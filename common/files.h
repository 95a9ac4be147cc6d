#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sotto {

/// Writes a file whole or not at all: bytes go to a file beside `path`, which `commit()` syncs and
/// renames. Without a commit the partial file is removed. Any failure throws DataError with the
/// path and the system's reason (disk full included).
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

  /// The file beside, for libraries that insist on writing a path themselves.
  const std::string& temporary_path() const { return temporary_; }

 private:
  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
  bool committed_ = false;
};

/// Renames a finished, synced temporary file onto `path` and syncs the folder.
void commit_file(const std::string& temporary, const std::string& path);

/// Removes what `AtomicFile`s of a killed process left below a folder, which nobody may be writing to.
void remove_partial_files(const std::string& folder);

/// Writes `text` to `path` whole or not at all.
void write_file(const std::string& path, std::string_view text);

/// The whole file as bytes. Throws DataError when it cannot be read or is larger than `limit`.
std::string read_file(const std::string& path, size_t limit = size_t{1} << 30);

/// A memory map of a whole file. The map is private: what is written to it stays in this process.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  const std::string& path() const { return path_; }
  /// Gives the memory of the bytes read so far back; they are read again when they are needed. What was
  /// written to the map is lost.
  void forget() const;

 private:
  std::string path_;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

/// 64-bit XXH3 over bytes that come in pieces.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  Checksum(const Checksum&) = delete;
  Checksum& operator=(const Checksum&) = delete;

  void add(const void* data, size_t bytes);
  /// 16 hexadecimal digits, the same as `checksum_hex` of all pieces together.
  std::string hex() const;

 private:
  void* state_;
};

/// 64-bit XXH3 of the bytes: the checksum in sotto's own files, not a security measure.
uint64_t checksum(const void* data, size_t bytes);

/// `checksum` as 16 hexadecimal digits.
std::string checksum_hex(const void* data, size_t bytes);

}  // namespace sotto
