#include "datasets/faces/lip_cropper.h"

#include <algorithm>
#include <cmath>

#include "datasets/faces/lmeds.h"
#include "datasets/faces/mean_face.h"
#include "datasets/faces/warp.h"

namespace sotto::datasets {
namespace {

constexpr double kOffCentre = kLipsSide / 2 + 5;

// First row or column of a window around `centre`. The published crops round to even and never
// meet the case where the window leaves the canvas; larger windows than theirs may leave it.
int window_start(double centre, int64_t side) {
  const auto half = static_cast<double>(side) / 2;
  if (side > kLipsSide) {
    return static_cast<int>(std::nearbyint(centre - half));
  }
  const double start = std::clamp(centre - half, 0.0, double{kCanvasSide});
  return std::min(static_cast<int>(std::nearbyint(start)), kCanvasSide - static_cast<int>(side));
}

// `first`, and then a canvas of which (left, top) is the origin and a pixel is `step` wide.
Affine onto_window(const Affine& first, int left, int top, double step) {
  Affine both = first;
  both.m[2] -= left;
  both.m[5] -= top;
  for (double& value : both.m) {
    value /= step;
  }
  // The centre of the first pixel stays the centre of what it is made of.
  both.m[2] += (1 / step - 1) / 2;
  both.m[5] += (1 / step - 1) / 2;
  return both;
}

}  // namespace

FaceGeometry geometry_of_68() {
  FaceGeometry geometry;
  geometry.stable = {28, 33, 36, 39, 42, 45, 48, 54};
  for (const size_t point : geometry.stable) {
    geometry.reference.push_back(mean_face()[point]);
  }
  geometry.mouth_begin = 48;
  geometry.mouth_end = 68;
  return geometry;
}

FaceGeometry geometry_of_4() {
  const Landmarks& face = mean_face();
  FaceGeometry geometry;
  geometry.stable = {0, 1, 2, 3};
  geometry.reference = {
      centroid(face, 36, 42),
      centroid(face, 42, 48),
      centroid(face, 31, 36),
      centroid(face, 48, 68)};
  geometry.mouth_begin = 3;
  geometry.mouth_end = 4;
  return geometry;
}

LipCropper::LipCropper(FaceGeometry geometry, int64_t look_ahead, std::vector<CropSize> crops)
    : geometry_(std::move(geometry)), crops_(std::move(crops)), filler_(look_ahead) {}

void LipCropper::push(PicturePtr picture, const Landmarks& landmarks) {
  waiting_.push_back(std::move(picture));
  filler_.push(landmarks);
  cut_ready();
}

void LipCropper::finish() {
  filler_.finish();
  cut_ready();
  smoother_.finish();
  cut_ready();
}

std::optional<LipCrop> LipCropper::pop() {
  if (ready_.empty()) {
    return std::nullopt;
  }
  LipCrop front = std::move(ready_.front());
  ready_.pop_front();
  return front;
}

void LipCropper::cut_ready() {
  while (auto filled = filler_.pop()) {
    smoother_.push(std::move(*filled));
  }
  while (const auto landmarks = smoother_.pop()) {
    ready_.push_back(cut(*waiting_.front(), *landmarks));
    waiting_.pop_front();
  }
}

LipCrop LipCropper::cut(const Picture& picture, const Landmarks& landmarks) const {
  LipCrop crop;
  int64_t bytes = 0;
  for (const CropSize& size : crops_) {
    bytes += size.bytes();
  }
  crop.pixels.resize(static_cast<size_t>(bytes));
  if (landmarks.empty()) {
    return crop;
  }
  std::vector<Point> stable;
  for (const size_t point : geometry_.stable) {
    stable.push_back(landmarks[point]);
  }
  const Affine transform = lmeds_similarity(stable, geometry_.reference).transform;
  const Point mouth =
      transform.apply(centroid(landmarks, geometry_.mouth_begin, geometry_.mouth_end));
  const bool all_colour =
      std::all_of(crops_.begin(), crops_.end(), [](const CropSize& size) { return size.colour; });
  const Picture converted = picture.channels == 1 || all_colour ? Picture() : to_grey(picture);
  const Picture& grey = picture.channels == 1 ? picture : converted;
  uint8_t* out = crop.pixels.data();
  for (const CropSize& size : crops_) {
    const int left = window_start(mouth.x, size.side);
    const int top = window_start(mouth.y, size.side);
    const Picture& source = size.colour ? picture : grey;
    if (size.side == size.pixels) {
      warp_window(source, transform, left, top, static_cast<int>(size.side), out);
    } else {
      const double step = static_cast<double>(size.side) / static_cast<double>(size.pixels);
      const Affine onto = onto_window(transform, left, top, step);
      warp_window(source, onto, 0, 0, static_cast<int>(size.pixels), out);
    }
    out += size.bytes();
  }
  crop.face = true;
  crop.off_centre = std::abs(mouth.x - kCanvasSide / 2.0) > kOffCentre ||
                    std::abs(mouth.y - kCanvasSide / 2.0) > kOffCentre;
  return crop;
}

}  // namespace sotto::datasets
