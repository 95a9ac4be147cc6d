#include "datasets/synth/drawing.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace sotto::datasets::synth {
namespace {

constexpr int kShift = 4;  // bits behind the point of a pixel's coordinates
constexpr double kFraction = 1 << kShift;

cv::Point fixed(cv::Point2d point) {
  return {
      static_cast<int>(std::lround(point.x * kFraction)),
      static_cast<int>(std::lround(point.y * kFraction))};
}

std::vector<cv::Point> fixed(const Outline& outline) {
  std::vector<cv::Point> points;
  points.reserve(outline.size());
  for (const cv::Point2d& point : outline) {
    points.push_back(fixed(point));
  }
  return points;
}

uint8_t byte(double value) {
  return static_cast<uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
}

}  // namespace

Outline smooth(const Outline& points, int steps) {
  Outline curve;
  const size_t n = points.size();
  for (size_t i = 0; i < n; ++i) {
    const cv::Point2d a = points[(i + n - 1) % n];
    const cv::Point2d b = points[i];
    const cv::Point2d c = points[(i + 1) % n];
    const cv::Point2d d = points[(i + 2) % n];
    for (int k = 0; k < steps; ++k) {  // Catmull and Rom's cubic from b to c
      const double t = static_cast<double>(k) / steps;
      curve.push_back(
          0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * (t * t) +
                 (3 * b - a - 3 * c + d) * (t * t * t)));
    }
  }
  return curve;
}

void fill(cv::Mat& pixels, const Outline& outline, const cv::Scalar& colour) {
  const std::vector<std::vector<cv::Point>> shapes = {fixed(outline)};
  cv::fillPoly(pixels, shapes, colour, cv::LINE_AA, kShift);
}

void fill_ellipse(
    cv::Mat& pixels,
    cv::Point2d centre,
    double rx,
    double ry,
    double turn,
    const cv::Scalar& colour) {
  cv::ellipse(
      pixels,
      fixed(centre),
      cv::Size(
          static_cast<int>(std::lround(rx * kFraction)),
          static_cast<int>(std::lround(ry * kFraction))),
      turn,
      0,
      360,
      colour,
      cv::FILLED,
      cv::LINE_AA,
      kShift);
}

void stroke(cv::Mat& pixels, const Outline& points, double thickness, const cv::Scalar& colour) {
  const std::vector<std::vector<cv::Point>> lines = {fixed(points)};
  cv::polylines(
      pixels,
      lines,
      false,
      colour,
      std::max(1, static_cast<int>(std::lround(thickness))),
      cv::LINE_AA,
      kShift);
}

cv::Mat coverage(cv::Size size, const Outline& outline) {
  cv::Mat cover(size, CV_8UC1, cv::Scalar(0));
  fill(cover, outline, cv::Scalar(255));
  return cover;
}

void tint(cv::Mat& pixels, const cv::Mat& cover, const Colour& colour, double strength) {
  const double wanted[3] = {colour.red, colour.green, colour.blue};
  for (int y = 0; y < pixels.rows; ++y) {
    auto* pixel = pixels.ptr<uint8_t>(y);
    const auto* part = cover.ptr<uint8_t>(y);
    for (int x = 0; x < pixels.cols; ++x, pixel += pixels.channels()) {
      if (part[x] > 0) {
        const double share = strength * part[x] / 255;
        for (int c = 0; c < 3; ++c) {
          pixel[c] = byte(pixel[c] + share * (wanted[c] - pixel[c]));
        }
      }
    }
  }
}

void lay_over(cv::Mat& below, const cv::Mat& above, const cv::Mat& cover) {
  for (int y = 0; y < below.rows; ++y) {
    auto* to = below.ptr<uint8_t>(y);
    const auto* from = above.ptr<uint8_t>(y);
    const auto* part = cover.ptr<uint8_t>(y);
    for (int x = 0; x < below.cols; ++x, to += 4, from += 4) {
      for (int c = 0; c < 3; ++c) {
        to[c] = static_cast<uint8_t>((to[c] * (255 - part[x]) + from[c] * part[x] + 127) / 255);
      }
    }
  }
}

void shade(cv::Mat& pixels, cv::Point2d centre, double sx, double sy, double amount) {
  const int left = std::max(0, static_cast<int>(centre.x - 3 * sx));
  const int right = std::min(pixels.cols - 1, static_cast<int>(centre.x + 3 * sx));
  const int top = std::max(0, static_cast<int>(centre.y - 3 * sy));
  const int bottom = std::min(pixels.rows - 1, static_cast<int>(centre.y + 3 * sy));
  std::vector<double> across;
  for (int x = left; x <= right; ++x) {
    across.push_back(std::exp(-0.5 * std::pow((x - centre.x) / sx, 2)));
  }
  for (int y = top; y <= bottom; ++y) {
    const double down = amount * std::exp(-0.5 * std::pow((y - centre.y) / sy, 2));
    auto* pixel = pixels.ptr<uint8_t>(y) + left * pixels.channels();
    for (int x = left; x <= right; ++x, pixel += pixels.channels()) {
      const double factor = 1 + down * across[x - left];
      for (int c = 0; c < 3; ++c) {
        pixel[c] = byte(pixel[c] * factor);
      }
    }
  }
}

}  // namespace sotto::datasets::synth
