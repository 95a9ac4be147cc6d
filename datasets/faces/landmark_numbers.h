#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

constexpr size_t kLandmarkPoints = 68;

/// How NumPy stores a number.
struct NumberKind {
  size_t bytes = 0;  ///< 0: a kind that no landmarks are stored in
  std::function<double(const uint8_t*)> read;

  size_t frame_bytes() const { return kLandmarkPoints * 2 * bytes; }
};

/// @param type  as NumPy writes it: "<f4".
NumberKind number_kind(const std::string& type);

/// One frame's numbers, x and y of every point; empty where one is not finite or all are zero.
Landmarks landmarks_of(const uint8_t* numbers, const NumberKind& kind);

}  // namespace sotto::datasets
