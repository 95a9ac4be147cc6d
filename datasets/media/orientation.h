#pragma once

#include <cstdint>

#include "datasets/media/picture.h"

namespace sotto::datasets {

/// How stored pixels must be turned to be shown upright: transposed first, then mirrored.
struct Orientation {
  bool transpose = false;
  bool mirror_x = false;
  bool mirror_y = false;

  bool upright() const { return !transpose && !mirror_x && !mirror_y; }
};

/// The quarter turn (and mirror) nearest to a container's 3x3 display matrix; null means upright.
Orientation orientation_of(const int32_t* display_matrix);

/// Copies padded rows into a picture, turned.
///
/// @param stride  bytes from one stored row to the next.
Picture turned(
    const uint8_t* pixels,
    int64_t height,
    int64_t width,
    int64_t channels,
    int64_t stride,
    const Orientation& orientation);

}  // namespace sotto::datasets
