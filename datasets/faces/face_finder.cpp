#include "datasets/faces/face_finder.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace sotto::datasets {
namespace {

// Longest side of the picture that is searched, one after the other until a face is found: faces
// from a fifth, a tenth and a twentieth of the picture's side.
constexpr double kSearchSides[] = {420, 840, 1680};
constexpr double kMostEnlarged = 3.0;
// The smallest face that the detector sees, in pixels.
constexpr double kDetectorWidth = 80;
// A known face is scaled to this width, a little over what the detector needs.
constexpr double kTrackedWidth = 104;
// Part of the face's width that is searched on each side of where it was.
constexpr double kMargin = 0.3;

GreyView view_of(const Picture& grey) {
  return {grey.pixels.data(), grey.height, grey.width, grey.width};
}

double distance(const FaceBox& a, const FaceBox& b) {
  return std::hypot(a.centre_x() - b.centre_x(), a.centre_y() - b.centre_y());
}

}  // namespace

std::vector<FaceBox> FaceFinder::detect_scaled(const GreyView& view, double scale) {
  const cv::Mat source(
      static_cast<int>(view.height),
      static_cast<int>(view.width),
      CV_8UC1,
      const_cast<uint8_t*>(view.pixels),
      static_cast<size_t>(view.stride));
  cv::Mat scaled = source;
  if (std::abs(scale - 1.0) > 0.02) {
    const int width = std::max(1, static_cast<int>(std::lround(view.width * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(view.height * scale)));
    cv::resize(
        source,
        scaled,
        cv::Size(width, height),
        0,
        0,
        scale < 0.5 ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
  const double x = static_cast<double>(scaled.cols) / static_cast<double>(view.width);
  const double y = static_cast<double>(scaled.rows) / static_cast<double>(view.height);
  std::vector<FaceBox> faces =
      detector_->detect({scaled.data, scaled.rows, scaled.cols, static_cast<int64_t>(scaled.step)});
  for (FaceBox& face : faces) {
    face = {face.left / x, face.top / y, face.right / x, face.bottom / y};
  }
  return faces;
}

std::vector<FaceBox> FaceFinder::search(const Picture& grey, double smallest) {
  const double longest = static_cast<double>(std::max(grey.height, grey.width));
  double tried = 0;
  for (const double side : kSearchSides) {
    // The first pass never enlarges; it is there for speed.
    const double most = tried == 0 ? 1.0 : kMostEnlarged;
    const double scale = std::min(side / longest, most);
    const bool seen_already = tried > 0 && kDetectorWidth / tried <= smallest;
    if (scale < tried * 1.2 || seen_already) {
      continue;
    }
    tried = scale;
    std::vector<FaceBox> faces = detect_scaled(view_of(grey), scale);
    if (!faces.empty()) {
      return faces;
    }
  }
  return {};
}

std::optional<FaceBox> FaceFinder::search_near(const Picture& grey, const FaceBox& last) {
  const double margin = kMargin * last.width();
  const auto inside = [](double value, int64_t end) {
    return static_cast<int64_t>(std::clamp(value, 0.0, static_cast<double>(end)));
  };
  const int64_t left = inside(last.left - margin, grey.width);
  const int64_t right = inside(last.right + margin, grey.width);
  const int64_t top = inside(last.top - margin, grey.height);
  const int64_t bottom = inside(last.bottom + margin, grey.height);
  if (right - left < 8 || bottom - top < 8 || last.width() < 8) {
    return std::nullopt;
  }
  const GreyView region = {
      grey.pixels.data() + top * grey.width + left, bottom - top, right - left, grey.width};
  std::vector<FaceBox> faces =
      detect_scaled(region, std::min(kTrackedWidth / last.width(), kMostEnlarged));
  for (FaceBox& face : faces) {
    face.left += static_cast<double>(left);
    face.right += static_cast<double>(left);
    face.top += static_cast<double>(top);
    face.bottom += static_cast<double>(top);
  }
  if (faces.empty()) {
    return std::nullopt;
  }
  return *std::min_element(faces.begin(), faces.end(), [&](const auto& a, const auto& b) {
    return distance(a, last) < distance(b, last);
  });
}

Landmarks FaceFinder::landmarks(const Picture& grey, const FaceBox& box) const {
  return models_->landmarks(view_of(grey), box);
}

}  // namespace sotto::datasets
