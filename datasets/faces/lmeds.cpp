#include "datasets/faces/lmeds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sotto::datasets {
namespace {

// Pairs for 99 % confidence of an outlier-free one when 45 % are outliers:
// log(0.01) / log(1 - 0.55^2) = 12.8.
constexpr int kPairs = 13;

/// Multiply-with-carry, 32 bits at a time.
class PairDrawer {
 public:
  explicit PairDrawer(size_t points) : points_(points) {}

  std::pair<size_t, size_t> next() {
    const size_t first = draw();
    size_t second = draw();
    while (second == first) {
      second = draw();
    }
    return {first, second};
  }

 private:
  size_t draw() {
    state_ = (state_ & 0xFFFFFFFFU) * 4164903690U + (state_ >> 32);
    return static_cast<uint32_t>(state_) % points_;
  }

  size_t points_;
  uint64_t state_ = std::numeric_limits<uint64_t>::max();
};

/// Rounding to float goes through memory: GCC 12 at -O2 drops a pair of casts double-float-double
/// when it vectorises them, which moves the result in its 8th digit.
std::vector<Point> as_float(const std::vector<Point>& points) {
  std::vector<Point> rounded;
  for (const Point& p : points) {
    const volatile float x = static_cast<float>(p.x);
    const volatile float y = static_cast<float>(p.y);
    rounded.push_back({x, y});
  }
  return rounded;
}

std::vector<float> squared_errors(
    const Affine& transform, const std::vector<Point>& from, const std::vector<Point>& to) {
  std::array<float, 6> m = {};
  std::transform(transform.m.begin(), transform.m.end(), m.begin(), [](double value) {
    return static_cast<float>(value);
  });
  std::vector<float> errors;
  for (size_t i = 0; i < from.size(); ++i) {
    const auto x = static_cast<float>(from[i].x);
    const auto y = static_cast<float>(from[i].y);
    const float dx = m[0] * x + m[1] * y + m[2] - static_cast<float>(to[i].x);
    const float dy = m[3] * x + m[4] * y + m[5] - static_cast<float>(to[i].y);
    errors.push_back(dx * dx + dy * dy);
  }
  return errors;
}

}  // namespace

RobustFit lmeds_similarity(
    const std::vector<Point>& from_points, const std::vector<Point>& to_points) {
  const std::vector<Point> from = as_float(from_points);
  const std::vector<Point> to = as_float(to_points);
  const size_t n = from.size();
  PairDrawer drawer(n);
  Affine best;
  double best_median = std::numeric_limits<double>::infinity();
  for (int k = 0; k < kPairs; ++k) {
    const auto [i, j] = drawer.next();
    const Affine exact = least_squares_similarity({from[i], from[j]}, {to[i], to[j]});
    std::vector<float> errors = squared_errors(exact, from, to);
    std::nth_element(errors.begin(), errors.begin() + static_cast<int64_t>(n / 2), errors.end());
    if (errors[n / 2] < best_median) {
      best_median = errors[n / 2];
      best = exact;
    }
  }
  const double spread = n > 2 ? 1.0 + 5.0 / static_cast<double>(n - 2) : 1.0;
  const double sigma = std::max(0.001, 2.5 * 1.4826 * spread * std::sqrt(best_median));
  const auto limit = static_cast<float>(sigma * sigma);
  const std::vector<float> errors = squared_errors(best, from, to);
  RobustFit fit;
  std::vector<Point> inlier_from;
  std::vector<Point> inlier_to;
  for (size_t i = 0; i < n; ++i) {
    fit.inliers.push_back(errors[i] <= limit);
    if (fit.inliers.back()) {
      inlier_from.push_back(from[i]);
      inlier_to.push_back(to[i]);
    }
  }
  fit.transform = inlier_from.size() >= 2 ? least_squares_similarity(inlier_from, inlier_to)
                                          : least_squares_similarity(from, to);
  return fit;
}

}  // namespace sotto::datasets
