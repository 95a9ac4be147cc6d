#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "datasets/synth/head.h"

namespace sotto::datasets::synth {
namespace {

constexpr int kSamples = 24;  // of a lip's edge

/// The mouth's measures in parts of the face's width.
struct MouthShape {
  double half = 0;   ///< half its width
  double up = 0;     ///< how far the upper lip's inner edge rises
  double down = 0;   ///< how far the lower lip's sinks
  double upper = 0;  ///< thickness of the lips
  double lower = 0;
};

MouthShape shape_of(const Look& look, const Mouth& mouth) {
  MouthShape shape;
  shape.half = look.mouth_width * (1 + 0.16 * mouth.width - 0.26 * mouth.rounding);
  const double thinner = 1 - 0.18 * std::max(0.0, mouth.width) + 0.2 * mouth.rounding;
  const double pressed = std::max(0.0, 1 - mouth.opening / 0.06);
  shape.up = 0.05 * mouth.opening + 0.012 * mouth.tuck;
  shape.down = jaw_drop(mouth) + 0.055 * mouth.opening - 0.012 * mouth.tuck;
  shape.upper = 0.048 * look.lip_weight * thinner * (1 - 0.25 * pressed);
  shape.lower = 0.066 * look.lip_weight * thinner * (1 - 0.2 * pressed) * (1 - 0.55 * mouth.tuck);
  return shape;
}

Outline outer_edge(const Sheet& sheet, double y, const MouthShape& shape) {
  Outline outline;
  for (int i = 0; i <= kSamples; ++i) {
    const double u = -1 + 2.0 * i / kSamples;
    const double bow = 1 - 0.22 * std::exp(-std::pow(u / 0.16, 2));  // the dip in its middle
    const double height = shape.up * arch(u, 0.6) + shape.upper * bow * arch(u, 0.85);
    outline.push_back(sheet.at(u * shape.half, y - height));
  }
  for (int i = kSamples - 1; i > 0; --i) {
    const double u = -1 + 2.0 * i / kSamples;
    const double height = shape.down * arch(u, 0.6) + shape.lower * arch(u, 0.7);
    outline.push_back(sheet.at(u * shape.half, y + height));
  }
  return outline;
}

Outline inner_edge(const Sheet& sheet, double y, const MouthShape& shape) {
  Outline outline;
  const double half = 0.9 * shape.half;
  for (int i = 0; i <= kSamples; ++i) {
    const double u = -1 + 2.0 * i / kSamples;
    outline.push_back(sheet.at(u * half, y - shape.up * arch(u, 0.6)));
  }
  for (int i = kSamples - 1; i > 0; --i) {
    const double u = -1 + 2.0 * i / kSamples;
    outline.push_back(sheet.at(u * half, y + shape.down * arch(u, 0.6)));
  }
  return outline;
}

/// What is seen between the lips, drawn on `inside`, whose (0, 0) is `corner` of the sheet.
void draw_inside(
    cv::Mat& inside, const Sheet& local, double y, const MouthShape& shape, const Mouth& mouth) {
  inside.setTo(cv::Scalar(46, 18, 20, 255));
  const double u = local.unit;
  const auto draw_tongue = [&] {
    const double rise = shape.down * (0.25 + 0.5 * (1 - mouth.tongue));
    fill_ellipse(
        inside,
        local.at(0, y + rise + 0.035),
        0.62 * shape.half * u,
        (0.03 + 0.03 * mouth.opening) * u,
        0,
        cv::Scalar(160, 74, 82, 255));
  };
  // It lies low behind the teeth, rises for "l", and comes between them for "th".
  const bool between = mouth.tongue > 0.7;
  if (!between && (mouth.tongue > 0.05 || mouth.opening > 0.3)) {
    draw_tongue();
  }
  const double teeth = std::min(0.036, 0.012 + 0.04 * mouth.teeth) * std::min(1.0, mouth.teeth * 2);
  if (teeth > 0.004) {
    const double top = y - shape.up;
    const Outline row = {
        local.at(-0.72 * shape.half, top - 0.02),
        local.at(0.72 * shape.half, top - 0.02),
        local.at(0.66 * shape.half, top + teeth * 0.75),
        local.at(0.3 * shape.half, top + teeth),
        local.at(-0.3 * shape.half, top + teeth),
        local.at(-0.66 * shape.half, top + teeth * 0.75)};
    fill(inside, row, cv::Scalar(232, 226, 214, 255));
  }
  if (between) {
    draw_tongue();
  }
}

}  // namespace

double jaw_drop(const Mouth& mouth) {
  return 0.12 * mouth.opening;
}

void draw_mouth(Sheet& sheet, const Look& look, const Mouth& mouth) {
  const double y = mouth_height(look);
  const MouthShape shape = shape_of(look, mouth);
  const cv::Point2d from = sheet.at(-0.32, y - 0.2);
  const cv::Point2d to = sheet.at(0.32, y + 0.36);
  const cv::Rect area =
      cv::Rect(cv::Point(from), cv::Point(to)) & cv::Rect({0, 0}, sheet.pixels.size());
  Sheet local;
  local.pixels = sheet.pixels(area);
  local.unit = sheet.unit;
  local.origin = sheet.origin - cv::Point2d(area.tl());
  const Outline outer = outer_edge(local, y, shape);
  const Outline inner = inner_edge(local, y, shape);

  cv::Mat lips = coverage(area.size(), outer);
  cv::GaussianBlur(lips, lips, cv::Size(0, 0), 0.004 * sheet.unit + 0.2);
  tint(local.pixels, lips, look.lips, 0.86);
  // The upper lip is in its own shadow, the lower one shines.
  const double u = sheet.unit;
  shade(
      local.pixels,
      local.at(0, y - shape.up - shape.upper * 0.4),
      shape.half * 0.6 * u,
      shape.upper * 0.45 * u,
      -0.14);
  shade(
      local.pixels,
      local.at(0, y + shape.down + shape.lower * 0.5),
      shape.half * 0.35 * u,
      shape.lower * 0.3 * u,
      0.2);
  if (mouth.opening < 0.12) {
    Outline seam;
    for (int i = 0; i <= 8; ++i) {
      const double x = -1 + i / 4.0;
      seam.push_back(local.at(x * shape.half * 0.97, y + 0.004 * arch(x, 1)));
    }
    stroke(local.pixels, seam, 0.012 * u, opaque(scaled(look.lips, 0.45)));
  }
  if (mouth.opening > 0.015) {
    cv::Mat inside(area.size(), CV_8UC4);
    draw_inside(inside, local, y, shape, mouth);
    lay_over(local.pixels, inside, coverage(area.size(), inner));
  }
}

}  // namespace sotto::datasets::synth
