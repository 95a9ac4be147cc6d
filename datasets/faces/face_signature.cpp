#include "datasets/faces/face_signature.h"

#include <cmath>
#include <numeric>

#include "datasets/faces/mean_face.h"
#include "datasets/faces/warp.h"

namespace sotto::datasets {
namespace {

constexpr int kSide = 24;
// From brows to chin on the canvas of the mean face.
constexpr double kLeft = 72;
constexpr double kTop = 72;
constexpr double kStep = 112.0 / kSide;

}  // namespace

FaceSignature face_signature(const Picture& grey, const Landmarks& landmarks) {
  // Eyes, nose and mouth corners: what speech moves least.
  static constexpr size_t kStable[] = {28, 33, 36, 39, 42, 45, 48, 54};
  std::vector<Point> from;
  std::vector<Point> to;
  for (const size_t point : kStable) {
    from.push_back(landmarks[point]);
    const Point& mean = mean_face()[point];
    to.push_back({(mean.x - kLeft) / kStep, (mean.y - kTop) / kStep});
  }
  std::vector<uint8_t> pixels(kSide * kSide);
  warp_window(grey, least_squares_similarity(from, to), 0, 0, kSide, pixels.data());
  FaceSignature signature(pixels.begin(), pixels.end());
  const float mean =
      std::accumulate(signature.begin(), signature.end(), 0.0F) / static_cast<float>(pixels.size());
  float length = 0;
  for (float& value : signature) {
    value -= mean;
    length += value * value;
  }
  if (length < static_cast<float>(pixels.size())) {  // a contrast of one grey level
    return {};
  }
  length = std::sqrt(length);
  for (float& value : signature) {
    value /= length;
  }
  return signature;
}

double likeness(const FaceSignature& a, const FaceSignature& b) {
  return a.size() == b.size()
             ? static_cast<double>(std::inner_product(a.begin(), a.end(), b.begin(), 0.0F))
             : 0.0;
}

}  // namespace sotto::datasets
