#include "datasets/synth/head.h"

#include <algorithm>
#include <cmath>

namespace sotto::datasets::synth {
namespace {

// The sheet reaches this far from the point between the eyes.
constexpr double kAbove = 0.95;
constexpr double kBelow = 1.35;
constexpr double kBeside = 0.85;

double step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace

double arch(double at, double power) {
  return std::pow(std::max(0.0, 1 - at * at), power);
}

double mouth_height(const Look& look) {
  return look.nose_length + 0.43 * (look.chin - look.nose_length);
}

Head::Head(const Look& look, const Light& light, double unit) : look_(look) {
  still_.unit = unit;
  still_.origin = {std::ceil(kBeside * unit), std::ceil(kAbove * unit)};
  still_.pixels = cv::Mat(
      static_cast<int>(std::ceil((kAbove + kBelow) * unit)),
      static_cast<int>(std::ceil(2 * kBeside * unit)),
      CV_8UC4,
      cv::Scalar(0, 0, 0, 0));
  draw_still_head(still_, look, light);
  sheet_ = still_;
  sheet_.pixels = still_.pixels.clone();
}

void Head::drop_jaw(double by) {
  const double from = mouth_height(look_) - 0.1;
  for (int y = 0; y < sheet_.pixels.rows; ++y) {
    const double height = (y - still_.origin.y) / still_.unit;
    // Skin stretches from the mouth to the chin, and what is below the chin stays.
    double down = by * step(from, from + 0.32, height);
    down *= 1 - step(look_.chin + 0.12, look_.chin + 0.4, height);
    const double source =
        std::clamp(y - down * still_.unit, 0.0, static_cast<double>(sheet_.pixels.rows - 1));
    const int above = static_cast<int>(source);
    const int below = std::min(above + 1, sheet_.pixels.rows - 1);
    const int share = static_cast<int>(std::lround((source - above) * 256));
    const auto* a = still_.pixels.ptr<uint8_t>(above);
    const auto* b = still_.pixels.ptr<uint8_t>(below);
    auto* to = sheet_.pixels.ptr<uint8_t>(y);
    for (int i = 0; i < 4 * sheet_.pixels.cols; ++i) {
      to[i] = static_cast<uint8_t>((a[i] * (256 - share) + b[i] * share + 128) >> 8);
    }
  }
}

const Sheet& Head::draw(const Mouth& mouth, const Eyes& eyes) {
  drop_jaw(jaw_drop(mouth));
  draw_eyes(sheet_, look_, eyes);
  draw_mouth(sheet_, look_, mouth);
  return sheet_;
}

}  // namespace sotto::datasets::synth
