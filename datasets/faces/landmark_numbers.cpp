#include "datasets/faces/landmark_numbers.h"

#include <cmath>
#include <cstring>
#include <utility>

namespace sotto::datasets {
namespace {

template <class T>
double read(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

}  // namespace

NumberKind number_kind(const std::string& type) {
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

Landmarks landmarks_of(const uint8_t* numbers, const NumberKind& kind) {
  Landmarks landmarks(kLandmarkPoints);
  bool known = true;
  bool anything = false;
  for (Point& point : landmarks) {
    point.x = kind.read(numbers);
    point.y = kind.read(numbers + kind.bytes);
    numbers += 2 * kind.bytes;
    known = known && std::isfinite(point.x) && std::isfinite(point.y);
    anything = anything || point.x != 0 || point.y != 0;
  }
  return known && anything ? std::move(landmarks) : Landmarks();
}

}  // namespace sotto::datasets
