#include "datasets/faces/lip_cropper.h"

#include <algorithm>
#include <cmath>

#include "datasets/faces/lmeds.h"
#include "datasets/faces/mean_face.h"
#include "datasets/faces/warp.h"
#include "datasets/utterance.h"

namespace sotto::datasets {
namespace {

constexpr int kSide = static_cast<int>(kLipsSide);
constexpr double kOffCentre = kSide / 2 + 5;

// First row or column of the window around `centre`. The published crops round to even and never
// meet the case where the window leaves the canvas.
int window_start(double centre) {
  const double start = std::clamp(centre - kSide / 2.0, 0.0, double{kCanvasSide});
  return std::min(static_cast<int>(std::nearbyint(start)), kCanvasSide - kSide);
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

LipCropper::LipCropper(FaceGeometry geometry, int64_t look_ahead)
    : geometry_(std::move(geometry)), filler_(look_ahead) {}

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
  crop.pixels.resize(kSide * kSide);
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
  const int left = window_start(mouth.x);
  const int top = window_start(mouth.y);
  if (picture.channels == 1) {
    warp_window(picture, transform, left, top, kSide, crop.pixels.data());
  } else {
    warp_window(to_grey(picture), transform, left, top, kSide, crop.pixels.data());
  }
  crop.face = true;
  crop.off_centre = std::abs(mouth.x - kCanvasSide / 2.0) > kOffCentre ||
                    std::abs(mouth.y - kCanvasSide / 2.0) > kOffCentre;
  return crop;
}

}  // namespace sotto::datasets
