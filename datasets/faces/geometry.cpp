#include "datasets/faces/geometry.h"

namespace sotto::datasets {

Affine Affine::inverse() const {
  const double determinant = m[0] * m[4] - m[1] * m[3];
  const double d = determinant != 0 ? 1.0 / determinant : 0.0;
  const double a = m[4] * d;
  const double b = -m[1] * d;
  const double c = -m[3] * d;
  const double e = m[0] * d;
  return {{a, b, -a * m[2] - b * m[5], c, e, -c * m[2] - e * m[5]}};
}

Point centroid(const Landmarks& points, size_t begin, size_t end) {
  Point sum;
  for (size_t i = begin; i < end; ++i) {
    sum.x += points[i].x;
    sum.y += points[i].y;
  }
  const double count = static_cast<double>(end - begin);
  return {sum.x / count, sum.y / count};
}

Affine least_squares_similarity(const std::vector<Point>& from, const std::vector<Point>& to) {
  const Point p0 = centroid(from, 0, from.size());
  const Point q0 = centroid(to, 0, to.size());
  double cosine = 0;
  double sine = 0;
  double norm = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    const Point p{from[i].x - p0.x, from[i].y - p0.y};
    const Point q{to[i].x - q0.x, to[i].y - q0.y};
    cosine += p.x * q.x + p.y * q.y;
    sine += p.x * q.y - p.y * q.x;
    norm += p.x * p.x + p.y * p.y;
  }
  const double a = norm > 0 ? cosine / norm : 1.0;
  const double b = norm > 0 ? sine / norm : 0.0;
  return {{a, -b, q0.x - a * p0.x + b * p0.y, b, a, q0.y - b * p0.x - a * p0.y}};
}

}  // namespace sotto::datasets
