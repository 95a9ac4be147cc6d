#include "datasets/faces/shot_change.h"

#include <algorithm>
#include <cstdlib>

namespace sotto::datasets {
namespace {

constexpr int64_t kSide = 24;
// Grey levels by which two shots differ at least. A person who moves before a camera changes less
// than 10; a hand or head that crosses a close-up up to 25, but not from one picture to the next.
constexpr double kLeast = 24;
constexpr double kOverUsual = 4;

}  // namespace

bool ShotChange::next(const Picture& grey) {
  std::vector<uint8_t> view;
  view.reserve(kSide * kSide);
  for (int64_t row = 0; row < kSide; ++row) {
    const int64_t y = (2 * row + 1) * grey.height / (2 * kSide);
    for (int64_t column = 0; column < kSide; ++column) {
      const int64_t x = (2 * column + 1) * grey.width / (2 * kSide);
      view.push_back(grey.pixels[static_cast<size_t>(y * grey.width + x)]);
    }
  }
  double difference = 0;
  for (size_t i = 0; i < last_.size(); ++i) {
    difference += std::abs(int{view[i]} - int{last_[i]});
  }
  difference /= kSide * kSide;
  const bool change = difference > std::max(kLeast, kOverUsual * usual_);
  usual_ = change ? 0 : 0.9 * usual_ + 0.1 * difference;
  last_ = std::move(view);
  return change;
}

}  // namespace sotto::datasets
