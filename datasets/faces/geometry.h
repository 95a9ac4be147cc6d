#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace sotto::datasets {

/// A point in pixels: x to the right, y down.
struct Point {
  double x = 0;
  double y = 0;
};

/// The landmarks of one face, in the order of their scheme (68 points: iBUG 300-W).
using Landmarks = std::vector<Point>;

/// x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5].
struct Affine {
  std::array<double, 6> m = {1, 0, 0, 0, 1, 0};

  Point apply(const Point& p) const {
    return {m[0] * p.x + m[1] * p.y + m[2], m[3] * p.x + m[4] * p.y + m[5]};
  }
  /// The inverse; all zero where there is none.
  Affine inverse() const;
};

/// Mean of points `begin` to `end` (exclusive).
Point centroid(const Landmarks& points, size_t begin, size_t end);

/// The similarity (scale, turn, shift) nearest to taking `from` to `to` in squared distance.
Affine least_squares_similarity(const std::vector<Point>& from, const std::vector<Point>& to);

}  // namespace sotto::datasets
