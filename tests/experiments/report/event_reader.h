#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "experiments/report/event_file.h"

namespace sotto::tests {

/// What a record of a TensorBoard event file says.
struct Event {
  double wall_time = 0;
  int64_t step = 0;
  std::string version;
  std::map<std::string, float> scalars;
};

/// Reads the fields of a message; those of other forms are refused.
class MessageReader {
 public:
  explicit MessageReader(std::string bytes) : bytes_(std::move(bytes)) {}
  bool next() {
    if (at_ == bytes_.size()) {
      return false;
    }
    const uint64_t tag = number();
    field = static_cast<int>(tag >> 3);
    switch (tag & 7) {
      case 0:
        integer = number();
        break;
      case 1:
        text = take(8);
        break;
      case 2:
        text = take(number());
        break;
      case 5:
        text = take(4);
        break;
      default:
        throw std::runtime_error("a form of field that no event has");
    }
    return true;
  }
  int field = 0;
  uint64_t integer = 0;
  std::string text;

 private:
  uint64_t number() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(take(1)[0]);
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
  }
  std::string take(uint64_t bytes) {
    if (bytes > bytes_.size() - at_) {
      throw std::runtime_error("a message ends too early");
    }
    at_ += bytes;
    return bytes_.substr(at_ - bytes, bytes);
  }
  std::string bytes_;
  size_t at_ = 0;
};

template <class T>
T value_of(const std::string& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// The records of an event file. @throws if a checksum or a length is wrong.
inline std::vector<Event> read_events(const std::string& file) {
  std::vector<Event> events;
  for (size_t at = 0; at < file.size();) {
    const auto size = value_of<uint64_t>(file.substr(at, 8));
    const std::string body = file.substr(at + 12, size);
    if (value_of<uint32_t>(file.substr(at + 8, 4)) !=
            experiments::masked_crc32c(file.data() + at, 8) ||
        value_of<uint32_t>(file.substr(at + 12 + size, 4)) !=
            experiments::masked_crc32c(body.data(), size)) {
      throw std::runtime_error("a checksum is wrong");
    }
    at += 16 + size;
    Event event;
    for (MessageReader reader(body); reader.next();) {
      if (reader.field == 1) {
        event.wall_time = value_of<double>(reader.text);
      } else if (reader.field == 2) {
        event.step = static_cast<int64_t>(reader.integer);
      } else if (reader.field == 3) {
        event.version = reader.text;
      } else if (reader.field == 5) {
        for (MessageReader summary(reader.text); summary.next();) {
          std::string tag;
          for (MessageReader value(summary.text); value.next();) {
            if (value.field == 1) {
              tag = value.text;
            } else if (value.field == 2) {
              event.scalars[tag] = value_of<float>(value.text);
            }
          }
        }
      }
    }
    events.push_back(event);
  }
  return events;
}

}  // namespace sotto::tests
