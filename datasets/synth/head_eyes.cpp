#include <algorithm>
#include <cmath>

#include "datasets/synth/head.h"

namespace sotto::datasets::synth {
namespace {

constexpr double kTilt = -0.010;  // outer corners are a little higher
constexpr int kSteps = 12;        // of a lid's edge

/// One eye on the piece of the sheet that holds it.
class Eye {
 public:
  Eye(Sheet& sheet, const Look& look, const Eyes& eyes, double side)
      : look_(look),
        eyes_(eyes),
        side_(side),
        x_(side * look.eye_distance),
        open_(std::clamp(1 - eyes.closed, 0.0, 1.0)) {
    const cv::Rect area(cv::Point(sheet.at(x_ - 0.16, -0.12)), cv::Point(sheet.at(x_ + 0.16, 0.1)));
    local_.pixels = sheet.pixels(area);
    local_.unit = sheet.unit;
    local_.origin = sheet.origin - cv::Point2d(area.tl());
  }

  void draw() {
    const Outline lid = upper_lid(0);
    Outline between = lid;
    for (int i = kSteps - 1; i > 0; --i) {
      const double t = -1 + 2.0 * i / kSteps;
      between.push_back(
          local_.at(x_ + t * look_.eye_size, kTilt * side_ * t + 0.032 * arch(t, 0.8)));
    }
    if (open_ > 0.1) {
      draw_ball(between);
    } else {
      fill(local_.pixels, between, opaque(scaled(look_.skin, 0.82)));
    }
    const Colour lash = mix(scaled(look_.hair, 0.5), {20, 14, 12}, 0.5);
    stroke(local_.pixels, lid, 0.018 * local_.unit, opaque(lash));
    const Outline crease = upper_lid(-0.026);
    stroke(
        local_.pixels,
        Outline(crease.begin() + 2, crease.end() - 1),
        0.008 * local_.unit,
        opaque(scaled(look_.skin, 0.66)));
  }

 private:
  Outline upper_lid(double above) const {
    const double height = 0.055 * open_ - 0.014 * (1 - open_);
    Outline edge;
    for (int i = 0; i <= kSteps; ++i) {
      const double t = -1 + 2.0 * i / kSteps;
      edge.push_back(
          local_.at(x_ + t * look_.eye_size, kTilt * side_ * t - height * arch(t, 0.7) + above));
    }
    return edge;
  }

  void draw_ball(const Outline& between) {
    const double u = local_.unit;
    cv::Mat ball(local_.pixels.size(), CV_8UC4, cv::Scalar(228, 222, 216, 255));
    const cv::Point2d middle = local_.at(x_ + 0.02 * eyes_.gaze_x, -0.012 + 0.01 * eyes_.gaze_y);
    const auto disc = [&](double radius, const cv::Scalar& colour, double away = 0) {
      const cv::Point2d centre = middle + cv::Point2d(-away * u, -1.15 * away * u);
      fill_ellipse(ball, centre, radius * u, radius * u, 0, colour);
    };
    disc(0.047, opaque(scaled(look_.iris, 0.7)));
    disc(0.039, opaque(look_.iris));
    disc(0.020, cv::Scalar(14, 12, 12, 255));
    disc(0.008, cv::Scalar(250, 250, 250, 255), 0.014);  // the light's reflection
    shade(ball, local_.at(x_, -0.055), look_.eye_size * u, 0.03 * u, -0.5);  // the lid's shadow
    lay_over(local_.pixels, ball, coverage(ball.size(), between));
  }

  const Look& look_;
  const Eyes& eyes_;
  double side_;
  double x_;
  double open_;  ///< 0 shut, 1 open
  Sheet local_;
};

}  // namespace

void draw_eyes(Sheet& sheet, const Look& look, const Eyes& eyes) {
  Eye(sheet, look, eyes, -1).draw();
  Eye(sheet, look, eyes, 1).draw();
}

}  // namespace sotto::datasets::synth
