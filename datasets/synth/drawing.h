#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "datasets/synth/look.h"

/// Small help with OpenCV's drawing. For sources of this folder only.
namespace sotto::datasets::synth {

/// RGB with an opaque fourth channel.
inline cv::Scalar opaque(const Colour& colour) {
  return {colour.red, colour.green, colour.blue, 255};
}

/// A sheet on which lengths are parts of the face's width and (0, 0) is between the eyes.
struct Sheet {
  cv::Mat pixels;   ///< 8-bit, RGB and opacity
  double unit = 1;  ///< pixels of a face's width
  cv::Point2d origin;

  cv::Point2d at(double x, double y) const { return {origin.x + x * unit, origin.y + y * unit}; }
};

using Outline = std::vector<cv::Point2d>;  ///< in pixels

/// A closed curve through the points.
Outline smooth(const Outline& points, int steps);
/// Fills an outline, with smooth edges.
void fill(cv::Mat& pixels, const Outline& outline, const cv::Scalar& colour);
void fill_ellipse(
    cv::Mat& pixels,
    cv::Point2d centre,
    double rx,
    double ry,
    double turn,
    const cv::Scalar& colour);
void stroke(cv::Mat& pixels, const Outline& points, double thickness, const cv::Scalar& colour);
/// How much of each pixel an outline covers, 0 to 255, for a picture of this size.
cv::Mat coverage(cv::Size size, const Outline& outline);
/// Lays a colour over the RGB of the pixels by `cover` times `strength`.
void tint(cv::Mat& pixels, const cv::Mat& cover, const Colour& colour, double strength);
/// Lays one picture over another of its size by `cover`; the opacity below stays.
void lay_over(cv::Mat& below, const cv::Mat& above, const cv::Mat& cover);
/// Multiplies the RGB around a point by 1 + amount, fading as a bell of half-widths sx and sy.
void shade(cv::Mat& pixels, cv::Point2d centre, double sx, double sy, double amount);

}  // namespace sotto::datasets::synth
