#include "experiments/report/event_file.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "common/error.h"
#include "experiments/report/run_state.h"

namespace sotto::experiments {
namespace {

std::array<uint32_t, 256> castagnoli_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? (value >> 1) ^ 0x82f63b78U : value >> 1;
    }
    table[i] = value;
  }
  return table;
}

/// The few forms of Protocol Buffers that an `Event` needs.
class Message {
 public:
  void add_double(int field, double value) {
    tag(field, 1);
    bytes(value);
  }
  void add_float(int field, float value) {
    tag(field, 5);
    bytes(value);
  }
  void add_number(int field, uint64_t value) {
    tag(field, 0);
    number(value);
  }
  void add_text(int field, const std::string& value) {
    tag(field, 2);
    number(value.size());
    text_ += value;
  }
  const std::string& text() const { return text_; }

 private:
  void tag(int field, int form) { number(static_cast<uint64_t>(field << 3 | form)); }
  void number(uint64_t value) {
    for (; value >= 128; value >>= 7) {
      text_ += static_cast<char>(value % 128 | 128);
    }
    text_ += static_cast<char>(value);
  }
  template <class T>
  void bytes(T value) {
    char raw[sizeof value];
    std::memcpy(
        raw, &value, sizeof value);  // the machines we run on are little-endian, as the wire
    text_.append(raw, sizeof value);
  }

  std::string text_;
};

template <class T>
void append(std::string& record, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  record.append(raw, sizeof value);
}

}  // namespace

uint32_t masked_crc32c(const void* data, size_t bytes) {
  static const std::array<uint32_t, 256> kTable = castagnoli_table();
  const auto* at = static_cast<const uint8_t*>(data);
  uint32_t crc = 0xffffffffU;
  for (size_t i = 0; i < bytes; ++i) {
    crc = kTable[(crc ^ at[i]) & 255U] ^ (crc >> 8);
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

EventFile::EventFile(const std::string& folder, double unix_s) {
  const std::string host = host_name();
  const std::string stem = folder + "/events.out.tfevents." +
                           std::to_string(static_cast<int64_t>(unix_s)) + "." +
                           (host.empty() ? "localhost" : host);
  // A run that was stopped and goes on within a second begins another file.
  for (int number = 0; descriptor_ < 0; ++number) {
    path_ = number == 0 ? stem : stem + "." + std::to_string(number);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor_ < 0 && errno != EEXIST) {
      throw DataError(path_ + ": " + std::strerror(errno));
    }
  }
  Message event;
  event.add_double(1, unix_s);
  event.add_text(3, "brain.Event:2");
  write_record(event.text());
}

EventFile::~EventFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void EventFile::add(double unix_s, int64_t step, const Scalars& scalars) {
  Message summary;
  for (const auto& [tag, value] : scalars) {
    Message scalar;
    scalar.add_text(1, tag);
    scalar.add_float(2, static_cast<float>(value));
    summary.add_text(1, scalar.text());
  }
  Message event;
  event.add_double(1, unix_s);
  event.add_number(2, static_cast<uint64_t>(step));
  event.add_text(5, summary.text());
  write_record(event.text());
}

void EventFile::write_record(const std::string& message) {
  std::string record;
  append(record, static_cast<uint64_t>(message.size()));
  append(record, masked_crc32c(record.data(), record.size()));
  record += message;
  append(record, masked_crc32c(message.data(), message.size()));
  size_t done = 0;
  while (done < record.size()) {
    const ssize_t wrote = ::write(descriptor_, record.data() + done, record.size() - done);
    if (wrote < 0 && errno != EINTR) {
      throw DataError(path_ + ": " + std::strerror(errno));
    }
    done += wrote > 0 ? static_cast<size_t>(wrote) : 0;
  }
}

}  // namespace sotto::experiments
