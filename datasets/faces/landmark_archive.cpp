#include "datasets/faces/landmark_archive.h"

#include <cstdint>
#include <cstdio>

#include "common/error.h"
#include "common/files.h"
#include "datasets/faces/landmark_numbers.h"
#include "datasets/faces/landmark_pickle.h"

namespace sotto::datasets {
namespace {

constexpr size_t kLargest = size_t{1} << 30;

[[noreturn]] void refuse(const std::string& path, const std::string& found) {
  throw DataError(path + ": expected landmarks, a NumPy file (T, 68, 2) or a pickle, got " + found);
}

/// What stands behind a key of the header, a Python dictionary as text.
std::string value_of(const std::string& header, const std::string& key) {
  const size_t at = header.find("'" + key + "'");
  const size_t colon = at == std::string::npos ? at : header.find(':', at);
  return colon == std::string::npos ? "" : header.substr(colon + 1);
}

std::vector<Landmarks> landmarks_of_array(const std::string& file, const std::string& path) {
  constexpr size_t kMagic = 6;
  if (file.size() < kMagic + 4) {
    refuse(path, "a file cut short");
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
  const NumberKind kind = number_kind(quote == std::string::npos ? "" : type.substr(quote + 1, 3));
  long long frames = 0;
  long long points = 0;
  long long coordinates = 0;
  const std::string shape = value_of(header, "shape");
  const bool three =
      std::sscanf(shape.c_str(), " (%lld, %lld, %lld", &frames, &points, &coordinates) == 3;
  if (!three || points != static_cast<long long>(kLandmarkPoints) || coordinates != 2 ||
      kind.bytes == 0 || value_of(header, "fortran_order").find("True") < 3) {
    refuse(path, header.substr(0, header.find('\n')));
  }
  if (frames < 0 ||
      static_cast<uint64_t>(frames) > (file.size() - begin - length) / kind.frame_bytes()) {
    refuse(path, "a file cut short");
  }
  std::vector<Landmarks> all;
  const uint8_t* at = bytes + begin + length;
  for (long long t = 0; t < frames; ++t, at += kind.frame_bytes()) {
    all.push_back(landmarks_of(at, kind));
  }
  return all;
}

}  // namespace

std::vector<Landmarks> read_landmarks(const std::string& path) {
  const std::string file = read_file(path, kLargest);
  constexpr const char* kArray = "\x93NUMPY";
  constexpr const char* kPickle = "\x80";
  if (file.rfind(kPickle, 0) == 0) {
    return landmarks_of_pickle(file, path);
  }
  if (file.rfind(kArray, 0) != 0) {
    refuse(path, "another file");
  }
  return landmarks_of_array(file, path);
}

}  // namespace sotto::datasets
