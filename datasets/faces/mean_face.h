#pragma once

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

/// Side of the square picture that faces are warped to, in pixels.
inline constexpr int kCanvasSide = 256;

/// The 68 points of the mean face on that picture: the reference of auto_avsr (Apache-2.0), which
/// the lip crops of this field share, so that models trained on them can be used.
const Landmarks& mean_face();

}  // namespace sotto::datasets
