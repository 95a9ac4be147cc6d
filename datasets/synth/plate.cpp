#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "datasets/synth/scene.h"

namespace sotto::datasets::synth {
namespace {

cv::Scalar plain(const Colour& colour) {
  return {colour.red, colour.green, colour.blue};
}

void draw_wall(cv::Mat& plate, const Look& look, Random& random) {
  for (int y = 0; y < plate.rows; ++y) {
    plate.row(y).setTo(plain(mix(look.wall, look.wall_below, static_cast<double>(y) / plate.rows)));
  }
  // Something out of focus: a window, a shelf, a picture.
  const int things = static_cast<int>(random.below(4));
  for (int i = 0; i < things; ++i) {
    const cv::Point corner(
        static_cast<int>(random.uniform(-0.2, 0.9) * plate.cols),
        static_cast<int>(random.uniform(-0.2, 0.6) * plate.rows));
    const cv::Size size(
        static_cast<int>(random.uniform(0.1, 0.4) * plate.cols),
        static_cast<int>(random.uniform(0.1, 0.7) * plate.rows));
    cv::rectangle(
        plate,
        cv::Rect(corner, size),
        plain(scaled(look.wall, random.uniform(0.6, 1.3))),
        cv::FILLED);
  }
  const double blur = 0.02 * std::min(plate.cols, plate.rows);
  cv::GaussianBlur(plate, plate, cv::Size(0, 0), blur);
}

void draw_body(cv::Mat& plate, const Look& look, const Light& light, const Pose& rest) {
  const double u = rest.width;
  const auto at = [&](double x, double y) { return cv::Point2d(rest.x + x * u, rest.y + y * u); };
  const double chin = look.chin;
  const Outline shoulders = {
      at(-0.30, chin + 0.30),
      at(-0.75, chin + 0.46),
      at(-1.05, chin + 0.75),
      at(-1.2, chin + 2.2),
      at(1.2, chin + 2.2),
      at(1.05, chin + 0.75),
      at(0.75, chin + 0.46),
      at(0.30, chin + 0.30)};
  fill(plate, smooth(shoulders, 8), plain(look.clothes));
  const Outline neck = {
      at(-0.27, 0.3),
      at(-0.27, chin + 0.15),
      at(-0.34, chin + 0.34),
      at(-0.12, chin + 0.50),
      at(0, chin + 0.56),
      at(0.12, chin + 0.50),
      at(0.34, chin + 0.34),
      at(0.27, chin + 0.15),
      at(0.27, 0.3)};
  cv::Mat skin(plate.size(), CV_8UC3, plain(scaled(look.skin, 0.86)));
  shade(skin, at(0, chin + 0.04), 0.26 * u, 0.10 * u, -0.42);  // the chin's shadow
  cv::Mat cover = coverage(plate.size(), smooth(neck, 8));
  cv::threshold(cover, cover, 127, 255, cv::THRESH_BINARY);
  skin.copyTo(plate, cover);
  shade(plate, at(-0.7 * light.x / 0.6, chin + 0.7), 0.4 * u, 0.3 * u, -0.25 * light.strength);
  for (const double side : {-1.0, 1.0}) {
    const Outline collar = {at(side * 0.34, chin + 0.33), at(0, chin + 0.57)};
    stroke(plate, collar, 0.03 * u, plain(scaled(look.clothes, 0.7)));
  }
}

}  // namespace

cv::Mat draw_plate(
    const Look& look,
    const Light& light,
    const ClipOptions& options,
    const Pose& rest,
    Random& random) {
  cv::Mat plate(static_cast<int>(options.height), static_cast<int>(options.width), CV_8UC3);
  draw_wall(plate, look, random);
  draw_body(plate, look, light, rest);
  return plate;
}

}  // namespace sotto::datasets::synth
