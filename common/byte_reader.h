#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "common/error.h"

namespace sotto {

/// Reads little-endian numbers and stretches of bytes from memory, from front to back. Reading past
/// the end throws CheckpointError.
class ByteReader {
 public:
  /// @param where  the file, for messages; must outlive the reader.
  ByteReader(const uint8_t* data, uint64_t bytes, const std::string& where)
      : data_(data), bytes_(bytes), where_(where) {}

  uint64_t position() const { return position_; }
  uint64_t remaining() const { return bytes_ - position_; }

  template <class T>
  T number() {
    T value;
    std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
    return value;
  }

  /// The next `count` bytes, not copied.
  std::string_view bytes(uint64_t count) {
    if (count > remaining()) {
      fail("it ends too early");
    }
    const auto* begin = reinterpret_cast<const char*>(data_ + position_);
    position_ += count;
    return {begin, static_cast<size_t>(count)};
  }

  /// A reader of the next `count` bytes alone.
  ByteReader within(uint64_t count) {
    const auto* begin = reinterpret_cast<const uint8_t*>(bytes(count).data());
    return {begin, count, where_};
  }

  /// The next bytes up to `end`, which is read and left out.
  std::string_view until(char end) {
    const void* next = data_ + position_;
    const void* found = remaining() == 0 ? nullptr : std::memchr(next, end, remaining());
    if (found == nullptr) {
      fail("it ends too early");
    }
    const auto length = static_cast<const uint8_t*>(found) - (data_ + position_);
    return bytes(static_cast<uint64_t>(length) + 1).substr(0, static_cast<size_t>(length));
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw CheckpointError(where_ + ": not a whole file: " + what);
  }

 private:
  const uint8_t* data_;
  uint64_t bytes_;
  uint64_t position_ = 0;
  const std::string& where_;
};

}  // namespace sotto
