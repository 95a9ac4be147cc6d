#include "datasets/faces/followed_face.h"

#include <cmath>

namespace sotto::datasets {
namespace {

// Brows, nose and eyes: speech hardly moves them.
constexpr size_t kBegin = 17;
constexpr size_t kEnd = 48;
// What one more detection counts: its boxes come in steps of several pixels.
constexpr double kNewest = 0.3;
// Part of its width by which a box may be beside the face before landmarks are fitted again.
constexpr double kBeside = 0.08;

double size_of(const Landmarks& landmarks, const Point& centre) {
  double sum = 0;
  for (size_t i = kBegin; i < kEnd; ++i) {
    const double x = landmarks[i].x - centre.x;
    const double y = landmarks[i].y - centre.y;
    sum += x * x + y * y;
  }
  return std::sqrt(sum / (kEnd - kBegin)) + 1e-6;
}

}  // namespace

FollowedFace::FollowedFace(
    const FaceFinder& finder, const Picture& grey, const FaceBox& found, int64_t now)
    : landmarks_(finder.landmarks(grey, found)), confirmed_(now) {
  learn(found, 1.0);
  signature_ = face_signature(grey, landmarks_);
  confirmed_signature_ = signature_;
}

void FollowedFace::learn(const FaceBox& found, double share) {
  const Point centre = centroid(landmarks_, kBegin, kEnd);
  const double size = size_of(landmarks_, centre);
  right_ += share * ((found.centre_x() - centre.x) / size - right_);
  down_ += share * ((found.centre_y() - centre.y) / size - down_);
  wide_ += share * (found.width() / size - wide_);
}

FaceBox FollowedFace::box() const {
  const Point centre = centroid(landmarks_, kBegin, kEnd);
  const double size = size_of(landmarks_, centre);
  const double x = centre.x + right_ * size;
  const double y = centre.y + down_ * size;
  const double half = wide_ * size / 2;
  return {x - half, y - half, x + half, y + half};
}

void FollowedFace::carry_on(const FaceFinder& finder, const Picture& grey) {
  const FaceBox before = box();
  landmarks_ = finder.landmarks(grey, before);
  const FaceBox after = box();
  const double beside =
      std::hypot(after.centre_x() - before.centre_x(), after.centre_y() - before.centre_y());
  if (beside > kBeside * before.width()) {
    landmarks_ = finder.landmarks(grey, after);
  }
  signature_ = face_signature(grey, landmarks_);
}

void FollowedFace::confirm(
    const FaceFinder& finder, const Picture& grey, const FaceBox& found, int64_t now) {
  const FaceBox mine = box();
  const double beside =
      std::hypot(found.centre_x() - mine.centre_x(), found.centre_y() - mine.centre_y());
  const double larger = found.width() / mine.width();
  if (beside > 2 * kBeside * mine.width() || larger > 1.3 || larger < 1 / 1.3) {
    landmarks_ = finder.landmarks(grey, found);
    signature_ = face_signature(grey, landmarks_);
    learn(found, 1.0);
  } else {
    learn(found, kNewest);
  }
  confirmed_ = now;
  confirmed_signature_ = signature_;
}

}  // namespace sotto::datasets
