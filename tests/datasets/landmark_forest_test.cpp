#include <algorithm>
#include <cmath>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/serialize.h>
#include <gtest/gtest.h>

#include "datasets/faces/face_finder.h"
#include "datasets/faces/face_library.h"
#include "tests/datasets/grey_pictures.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

TEST(LandmarkForestTest, PointsAreThoseOfDlib) {
  dlib::shape_predictor theirs;
  dlib::deserialize(kLandmarkFile) >> theirs;
  const auto models = shared_face_models();
  FaceFinder finder(models);
  std::vector<double> apart;
  double right = 0;
  double down = 0;
  for (const Picture& grey : grey_pictures(test_clip())) {
    dlib::array2d<unsigned char> copy(grey.height, grey.width);
    for (int64_t i = 0; i < grey.height * grey.width; ++i) {
      copy[i / grey.width][i % grey.width] = grey.pixels[static_cast<size_t>(i)];
    }
    const std::vector<FaceBox> boxes = finder.search(grey, 0);
    ASSERT_EQ(boxes.size(), 1U);
    const FaceBox& box = boxes[0];  // whole pixels: the picture is searched as it is
    const dlib::rectangle rectangle(
        std::lround(box.left),
        std::lround(box.top),
        std::lround(box.right),
        std::lround(box.bottom));
    const Landmarks ours =
        models->landmarks({grey.pixels.data(), grey.height, grey.width, grey.width}, box);
    const dlib::full_object_detection points = theirs(copy, rectangle);
    ASSERT_EQ(points.num_parts(), ours.size());
    for (size_t i = 0; i < ours.size(); ++i) {
      const dlib::point& point = points.part(i);
      const double x = ours[i].x - static_cast<double>(point.x());
      const double y = ours[i].y - static_cast<double>(point.y());
      right += x;
      down += y;
      apart.push_back(std::hypot(x, y));
    }
  }
  // dlib rounds to whole pixels, which alone sets points 0.4 of a pixel apart in the median, 0.7 at
  // most; but it does so without leaning to a side.
  std::sort(apart.begin(), apart.end());
  const auto count = static_cast<double>(apart.size());
  EXPECT_LT(apart[apart.size() / 2], 0.45);
  EXPECT_LT(apart[apart.size() * 99 / 100], 1.0);
  EXPECT_LT(apart.back(), 2.0);
  EXPECT_LT(std::abs(right / count), 0.03);
  EXPECT_LT(std::abs(down / count), 0.03);
}

}  // namespace
}  // namespace sotto::datasets
