#include <algorithm>
#include <cmath>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_processing/shape_predictor.h>
#include <dlib/serialize.h>
#include <gtest/gtest.h>

#include "datasets/faces/face_finder.h"
#include "datasets/faces/face_library.h"
#include "datasets/media/media_reader.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

TEST(LandmarkForestTest, PointsAreThoseOfDlib) {
  dlib::shape_predictor theirs;
  dlib::deserialize(kLandmarkFile) >> theirs;
  const auto models = shared_face_models();
  FaceFinder finder(models);
  MediaReader media(test_clip());
  std::vector<double> apart;
  double right = 0;
  double down = 0;
  while (const PicturePtr picture = media.next_frame()) {
    const Picture grey = picture->channels == 1 ? *picture : to_grey(*picture);
    dlib::array2d<unsigned char> copy(grey.height, grey.width);
    for (int64_t i = 0; i < grey.height * grey.width; ++i) {
      copy[i / grey.width][i % grey.width] = grey.pixels[static_cast<size_t>(i)];
    }
    const std::vector<FaceBox> boxes = finder.search(grey, 0);
    ASSERT_EQ(boxes.size(), 1U);
    const auto whole = [](double value) { return static_cast<double>(std::lround(value)); };
    const FaceBox box = {
        whole(boxes[0].left), whole(boxes[0].top), whole(boxes[0].right), whole(boxes[0].bottom)};
    const Landmarks ours =
        models->landmarks({grey.pixels.data(), grey.height, grey.width, grey.width}, box);
    const dlib::rectangle rectangle(
        std::lround(box.left),
        std::lround(box.top),
        std::lround(box.right),
        std::lround(box.bottom));
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
  EXPECT_LT(apart[apart.size() / 2], 0.5);
  EXPECT_LT(apart[apart.size() * 99 / 100], 1.2);
  EXPECT_LT(apart.back(), 2.5);
  EXPECT_LT(std::abs(right / count), 0.03);
  EXPECT_LT(std::abs(down / count), 0.03);
}

}  // namespace
}  // namespace sotto::datasets
