#include "datasets/faces/landmark_archive.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>

#include "common/error.h"
#include "common/files.h"

namespace sotto::datasets {
namespace {

constexpr size_t kLargest = size_t{1} << 30;
constexpr int64_t kPoints = 68;

[[noreturn]] void refuse(const std::string& path, const std::string& found) {
  throw DataError(path + ": expected a NumPy file of landmarks, (T, 68, 2), got " + found);
}

/// What stands behind a key of the header, a Python dictionary as text.
std::string value_of(const std::string& header, const std::string& key) {
  const size_t at = header.find("'" + key + "'");
  const size_t colon = at == std::string::npos ? at : header.find(':', at);
  return colon == std::string::npos ? "" : header.substr(colon + 1);
}

using Reader = std::function<double(const uint8_t*)>;

template <class T>
double read(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

struct Kind {
  size_t bytes = 0;
  Reader read;
};

Kind kind_of(const std::string& type) {
  if (type == "<f4") {
    return {4, read<float>};
  }
  if (type == "<f8") {
    return {8, read<double>};
  }
  if (type == "<i8") {
    return {8, read<int64_t>};
  }
  if (type == "<i4") {
    return {4, read<int32_t>};
  }
  if (type == "<i2") {
    return {2, read<int16_t>};
  }
  return {};
}

}  // namespace

std::vector<Landmarks> read_landmarks(const std::string& path) {
  const std::string file = read_file(path, kLargest);
  constexpr size_t kMagic = 6;
  if (file.size() < kMagic + 4 || file.compare(0, kMagic, "\x93NUMPY") != 0) {
    refuse(path, "another file");
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(file.data());
  const bool first = bytes[kMagic] == 1;
  const size_t begin = kMagic + 2 + (first ? 2 : 4);
  if (file.size() < begin) {
    refuse(path, "a file cut short");
  }
  size_t length = size_t{bytes[8]} | size_t{bytes[9]} << 8;
  length |= first ? 0 : size_t{bytes[10]} << 16 | size_t{bytes[11]} << 24;
  if (length > file.size() - begin) {
    refuse(path, "a file cut short");
  }
  const std::string header = file.substr(begin, length);
  const std::string type = value_of(header, "descr");
  const size_t quote = type.find('\'');
  const Kind kind = kind_of(quote == std::string::npos ? "" : type.substr(quote + 1, 3));
  long long frames = 0;
  long long points = 0;
  long long coordinates = 0;
  const std::string shape = value_of(header, "shape");
  const bool three =
      std::sscanf(shape.c_str(), " (%lld, %lld, %lld", &frames, &points, &coordinates) == 3;
  if (!three || points != kPoints || coordinates != 2 || kind.bytes == 0 ||
      value_of(header, "fortran_order").find("True") < 3) {
    refuse(path, header.substr(0, header.find('\n')));
  }
  const size_t frame_bytes = kPoints * 2 * kind.bytes;
  if (frames < 0 || static_cast<uint64_t>(frames) > (file.size() - begin - length) / frame_bytes) {
    refuse(path, "a file cut short");
  }
  std::vector<Landmarks> all;
  const uint8_t* at = bytes + begin + length;
  for (long long t = 0; t < frames; ++t) {
    Landmarks landmarks(kPoints);
    bool known = true;
    bool anything = false;
    for (Point& point : landmarks) {
      point.x = kind.read(at);
      point.y = kind.read(at + kind.bytes);
      at += 2 * kind.bytes;
      known = known && std::isfinite(point.x) && std::isfinite(point.y);
      anything = anything || point.x != 0 || point.y != 0;
    }
    all.push_back(known && anything ? std::move(landmarks) : Landmarks());
  }
  return all;
}

}  // namespace sotto::datasets
