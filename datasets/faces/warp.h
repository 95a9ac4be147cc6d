#pragma once

#include "datasets/faces/geometry.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {

/// A window of `picture` (grey or RGB) warped by `transform`: pixel (x, y) of the window is what lies at
/// (left + x, top + y) of the warped picture. Bilinear with positions rounded to 1/32 pixel, zero
/// outside; the numbers of OpenCV's warpAffine, but only the window is computed.
///
/// @param out  side x side pixels.
void warp_window(
    const Picture& picture, const Affine& transform, int left, int top, int side, uint8_t* out);

}  // namespace sotto::datasets
