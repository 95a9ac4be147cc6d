#include "datasets/media/orientation.h"

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

constexpr int32_t kOne = 1 << 16;

Picture turn(const int32_t (&matrix)[9]) {
  // 1 2 3
  // 4 5 6, with a byte of padding
  const uint8_t pixels[] = {1, 2, 3, 99, 4, 5, 6, 99};
  return turned(pixels, 2, 3, 1, 4, orientation_of(matrix));
}

TEST(OrientationTest, NoMatrixIsUpright) {
  EXPECT_TRUE(orientation_of(nullptr).upright());
}

TEST(OrientationTest, UprightDropsPadding) {
  const Picture picture = turn({kOne, 0, 0, 0, kOne, 0, 0, 0, 1 << 30});
  EXPECT_EQ(picture.pixels, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(OrientationTest, QuarterTurnClockwise) {
  // A telephone held upright: x goes down, y goes left.
  const Picture picture = turn({0, kOne, 0, -kOne, 0, 0, 0, 0, 1 << 30});
  EXPECT_EQ(picture.height, 3);
  EXPECT_EQ(picture.width, 2);
  EXPECT_EQ(picture.pixels, (std::vector<uint8_t>{4, 1, 5, 2, 6, 3}));
}

TEST(OrientationTest, QuarterTurnBack) {
  const Picture picture = turn({0, -kOne, 0, kOne, 0, 0, 0, 0, 1 << 30});
  EXPECT_EQ(picture.pixels, (std::vector<uint8_t>{3, 6, 2, 5, 1, 4}));
}

TEST(OrientationTest, HalfTurnAndMirror) {
  EXPECT_EQ(
      turn({-kOne, 0, 0, 0, -kOne, 0, 0, 0, 1 << 30}).pixels,
      (std::vector<uint8_t>{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(
      turn({-kOne, 0, 0, 0, kOne, 0, 0, 0, 1 << 30}).pixels,
      (std::vector<uint8_t>{3, 2, 1, 6, 5, 4}));
}

TEST(OrientationTest, ColourKeepsItsChannels) {
  const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
  Orientation mirror;
  mirror.mirror_x = true;
  EXPECT_EQ(turned(pixels, 1, 2, 3, 6, mirror).pixels, (std::vector<uint8_t>{4, 5, 6, 1, 2, 3}));
}

}  // namespace
}  // namespace sotto::datasets
