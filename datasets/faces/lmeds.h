#pragma once

#include <cstdint>
#include <vector>

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

struct RobustFit {
  Affine transform;
  std::vector<bool> inliers;
};

/// The similarity that takes `from` to `to` by least median of squares (Rousseeuw 1984, "Least
/// Median of Squares Regression"): the pair of points whose exact similarity has the smallest
/// median error tells outliers from inliers, on which the least-squares similarity is taken.
/// The same 13 pairs every time, and the numbers, are those of OpenCV's `estimateAffinePartial2D`
/// with LMEDS, with which the published lip crops of this field were made.
///
/// @param from, to  at least 3 points each, as many.
RobustFit lmeds_similarity(const std::vector<Point>& from, const std::vector<Point>& to);

}  // namespace sotto::datasets
