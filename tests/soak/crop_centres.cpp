#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "datasets/faces/face_tracker.h"
#include "datasets/faces/landmark_filter.h"
#include "datasets/faces/lip_cropper.h"
#include "datasets/faces/lmeds.h"
#include "datasets/media/media_reader.h"

namespace {

using namespace sotto::datasets;

constexpr double kMostApart = 1.5;  // pixels of the canvas, at the 95th percentile
constexpr int64_t kLookAhead = 250;

/// Landmarks of a clip's largest face, filled and smoothed as they are before lips are cut.
class SmoothedFace {
 public:
  void push(const Landmarks& found) {
    filler_.push(found);
    pull();
  }
  const std::vector<Landmarks>& finish() {
    filler_.finish();
    pull();
    smoother_.finish();
    pull();
    return frames_;
  }

 private:
  void pull() {
    while (auto filled = filler_.pop()) {
      smoother_.push(std::move(*filled));
    }
    while (auto smoothed = smoother_.pop()) {
      frames_.push_back(std::move(*smoothed));
    }
  }

  GapFiller filler_{kLookAhead};
  LandmarkSmoother smoother_;
  std::vector<Landmarks> frames_;
};

Landmarks tracked(FaceTracker& tracker, const Picture& grey) {
  TrackedFrame frame = tracker.track(grey);
  const auto largest = std::max_element(
      frame.faces.begin(), frame.faces.end(), [](const auto& a, const auto& b) {
        return a.width < b.width;
      });
  return largest == frame.faces.end() ? Landmarks() : std::move(largest->landmarks);
}

Landmarks detected(FaceFinder& finder, const Picture& grey) {
  const std::vector<FaceBox> found = finder.search(grey);
  const auto largest = std::max_element(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.width() < b.width();
  });
  return largest == found.end() ? Landmarks() : finder.landmarks(grey, *largest);
}

/// Distances of the crops' centres on each frame's canvas, which the landmarks of `every` lay out.
void compare(
    const std::vector<Landmarks>& carried,
    const std::vector<Landmarks>& every,
    std::vector<double>& apart) {
  const FaceGeometry geometry = geometry_of_68();
  for (size_t t = 0; t < every.size(); ++t) {
    if (carried[t].empty() || every[t].empty()) {
      continue;
    }
    std::vector<Point> stable;
    for (const size_t point : geometry.stable) {
      stable.push_back(every[t][point]);
    }
    const Affine onto_canvas = lmeds_similarity(stable, geometry.reference).transform;
    const auto centre = [&](const Landmarks& face) {
      return onto_canvas.apply(centroid(face, geometry.mouth_begin, geometry.mouth_end));
    };
    const Point a = centre(carried[t]);
    const Point b = centre(every[t]);
    apart.push_back(std::hypot(a.x - b.x, a.y - b.y));
  }
}

double quantile(std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * sorted.size()))];
}

}  // namespace

/// crop_centres CLIP...: how far the crops' centres lie from where detecting and fitting on every
/// frame would put them; ends with 1 if they are further apart than promised.
int main(int argc, char** argv) try {
  std::vector<double> apart;
  int64_t frames = 0;
  for (int i = 1; i < argc; ++i) {
    MediaReader media(argv[i]);
    FaceFinder finder(shared_face_models());
    FaceTracker tracker(finder);
    FaceFinder every(shared_face_models());
    SmoothedFace carried_face;
    SmoothedFace every_face;
    while (const PicturePtr picture = media.next_frame()) {
      carried_face.push(tracked(tracker, *picture));
      every_face.push(detected(every, *picture));
      ++frames;
    }
    compare(carried_face.finish(), every_face.finish(), apart);
  }
  if (apart.empty()) {
    std::fprintf(stderr, "crop_centres: no faces in %d clips\n", argc - 1);
    return 1;
  }
  std::sort(apart.begin(), apart.end());
  const double p95 = quantile(apart, 0.95);
  std::printf(
      "%d clips, %lld frames, %zu with a face; apart by %.2f px in the median, %.2f at the 95th "
      "percentile, %.2f at most\n",
      argc - 1,
      static_cast<long long>(frames),
      apart.size(),
      quantile(apart, 0.5),
      p95,
      apart.back());
  return p95 <= kMostApart ? 0 : 1;
} catch (const std::exception& failure) {
  std::fprintf(stderr, "crop_centres: %s\n", failure.what());
  return 1;
}
