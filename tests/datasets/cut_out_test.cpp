#include "datasets/cut_out.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kPictureSide = 20;

/// The pixels of one channel of a picture that were cut out: a rectangle, or the test fails.
std::vector<int64_t> hole_of(const std::vector<float>& pictures, int64_t picture) {
  int64_t top = kPictureSide;
  int64_t left = kPictureSide;
  int64_t bottom = -1;
  int64_t right = -1;
  int64_t area = 0;
  for (int64_t y = 0; y < kPictureSide; ++y) {
    for (int64_t x = 0; x < kPictureSide; ++x) {
      if (pictures[static_cast<size_t>((picture * kPictureSide + y) * kPictureSide + x)] == 0) {
        top = std::min(top, y);
        left = std::min(left, x);
        bottom = std::max(bottom, y);
        right = std::max(right, x);
        ++area;
      }
    }
  }
  EXPECT_EQ(area, (bottom - top + 1) * (right - left + 1));
  return {top, left, bottom - top + 1, right - left + 1};
}

CutOutOptions one_hole() {
  CutOutOptions options;
  options.count = 1;
  options.least = 0.1;
  options.most = 0.4;
  return options;
}

TEST(CutOutTest, OneRectangleThroughTheWholeClip) {
  std::set<int64_t> heights;
  std::set<int64_t> widths;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    std::vector<float> pictures(4 * 3 * kPictureSide * kPictureSide, 1.0F);  // 4 frames of 3 channels
    cut_out(one_hole(), pictures.data(), 4, 3, kPictureSide, random);
    const std::vector<int64_t> hole = hole_of(pictures, 0);
    for (int64_t picture = 1; picture < 12; ++picture) {
      EXPECT_EQ(hole_of(pictures, picture), hole);
    }
    heights.insert(hole[2]);
    widths.insert(hole[3]);
  }
  EXPECT_EQ(*heights.begin(), 2);
  EXPECT_EQ(*heights.rbegin(), 8);
  EXPECT_EQ(widths, heights);
}

TEST(CutOutTest, OrAnewInEveryPicture) {
  CutOutOptions options = one_hole();
  options.every_frame = true;
  Random random(1);
  std::vector<float> pictures(30 * kPictureSide * kPictureSide, 1.0F);
  cut_out(options, pictures.data(), 30, 1, kPictureSide, random);
  std::set<std::vector<int64_t>> holes;
  for (int64_t picture = 0; picture < 30; ++picture) {
    holes.insert(hole_of(pictures, picture));
  }
  EXPECT_GT(holes.size(), 20U);
}

TEST(CutOutTest, TheMeanAreaIsThatOfTheSides) {
  // Sides are uniform on 2 to 8 pixels: 5 x 5 of 400 on average.
  Random random(2);
  double area = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<float> picture(kPictureSide * kPictureSide, 1.0F);
    cut_out(one_hole(), picture.data(), 1, 1, kPictureSide, random);
    area += static_cast<double>(std::count(picture.begin(), picture.end(), 0.0F));
  }
  EXPECT_NEAR(area / 2000, 25, 1.8);  // five deviations of 0.36
}

TEST(CutOutTest, TheWholePictureAndNothing) {
  CutOutOptions options = one_hole();
  options.least = options.most = 1;
  Random random(3);
  std::vector<float> picture(kPictureSide * kPictureSide, 1.0F);
  cut_out(options, picture.data(), 1, 1, kPictureSide, random);
  EXPECT_EQ(picture, std::vector<float>(kPictureSide * kPictureSide, 0.0F));
  options.least = options.most = 0;
  picture.assign(kPictureSide * kPictureSide, 1.0F);
  cut_out(options, picture.data(), 1, 1, kPictureSide, random);
  cut_out(CutOutOptions(), picture.data(), 1, 1, kPictureSide, random);
  EXPECT_EQ(picture, std::vector<float>(kPictureSide * kPictureSide, 1.0F));
}

TEST(CutOutOptionsTest, LeastBelowMost) {
  CutOutOptions options;
  options.least = 0.5;
  EXPECT_THROW(options.validate(), ConfigError);
}

}  // namespace
}  // namespace sotto::datasets
