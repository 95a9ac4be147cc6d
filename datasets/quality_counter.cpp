#include "datasets/quality_counter.h"

#include <algorithm>
#include <cmath>

namespace sotto::datasets {
namespace {

constexpr int64_t kSharpnessEvery = 5;  // pictures; it changes slowly

double median(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Standard deviation of the Laplacian of a 96x96 mouth, in grey levels.
double sharpness(const uint8_t* pixels, int64_t channels) {
  const int64_t row = kLipsSide * channels;
  const int64_t green = channels / 2;
  double sum = 0;
  double squares = 0;
  for (int64_t y = 1; y + 1 < kLipsSide; ++y) {
    for (int64_t x = 1; x + 1 < kLipsSide; ++x) {
      const uint8_t* p = pixels + y * row + x * channels + green;
      const double bend = 4.0 * p[0] - p[-channels] - p[channels] - p[-row] - p[row];
      sum += bend;
      squares += bend * bend;
    }
  }
  constexpr double kCount = (kLipsSide - 2) * (kLipsSide - 2);
  return std::sqrt(std::max(0.0, squares / kCount - sum * sum / kCount / kCount));
}

}  // namespace

void QualityCounter::add(const SeenLips* lips, bool colour) {
  ++frames_;
  if (lips == nullptr || !lips->own_face) {
    longest_gap_ = std::max(longest_gap_, ++gap_);
    return;
  }
  off_centre_ += lips->crop.off_centre ? 1 : 0;
  gap_ = 0;
  ++faces_;
  widths_.push_back(lips->face_width);
  places_.push_back(lips->face_x);
  yaws_.push_back(std::abs(lips->yaw_deg));
  if (faces_ % kSharpnessEvery == 1) {
    sharpness_.push_back(sharpness(lips->crop.pixels.data(), colour ? 3 : 1));
  }
}

Quality QualityCounter::quality() const {
  Quality quality;
  if (frames_ > 0) {
    quality.face_share = static_cast<double>(faces_) / static_cast<double>(frames_);
    quality.off_centre = static_cast<double>(off_centre_) / static_cast<double>(frames_);
  }
  quality.longest_gap = longest_gap_;
  quality.face_width = median(widths_);
  quality.face_x = median(places_);
  quality.yaw_deg = median(yaws_);
  quality.sharpness = median(sharpness_);
  return quality;
}

}  // namespace sotto::datasets
