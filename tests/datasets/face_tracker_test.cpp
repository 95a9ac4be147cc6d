#include "datasets/faces/face_tracker.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/datasets/grey_pictures.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

TEST(FaceTrackerTest, APieceGivesTheLandmarksOfTheWhole) {
  const std::vector<Picture> clip = grey_pictures(test_clip());
  ASSERT_EQ(clip.size(), 75U);
  constexpr size_t kBegin = 60;
  FaceFinder finder(shared_face_models());
  FaceTracker whole(finder);
  FaceTracker piece(finder);
  for (size_t i = 0; i < 150; ++i) {
    const Picture& grey = clip[i % clip.size()];
    const TrackedFrame expected = whole.track(grey);
    if (i < kBegin) {
      continue;
    }
    const TrackedFrame frame = piece.track(grey);
    ASSERT_EQ(frame.faces.size(), 1U) << i;
    ASSERT_EQ(expected.faces.size(), 1U) << i;
    const Landmarks& points = frame.faces[0].landmarks;
    const Landmarks& wanted = expected.faces[0].landmarks;
    const auto same = [](const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; };
    ASSERT_TRUE(std::equal(points.begin(), points.end(), wanted.begin(), wanted.end(), same)) << i;
  }
}

}  // namespace
}  // namespace sotto::datasets
