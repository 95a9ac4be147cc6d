#include <cmath>

#include <gtest/gtest.h>

#include "datasets/faces/landmark_filter.h"
#include "datasets/faces/lip_cropper.h"
#include "datasets/faces/mean_face.h"
#include "datasets/faces/warp.h"

namespace sotto::datasets {
namespace {

PicturePtr ramp(int64_t height, int64_t width) {
  auto picture = std::make_shared<Picture>(Picture{height, width, 1, {}});
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      picture->pixels.push_back(static_cast<uint8_t>((3 * x + 5 * y) % 251));
    }
  }
  return picture;
}

std::vector<LipCrop> drain(LipCropper& cropper) {
  std::vector<LipCrop> crops;
  while (auto crop = cropper.pop()) {
    crops.push_back(std::move(*crop));
  }
  return crops;
}

TEST(LipCropperTest, TheMeanFaceIsCutAtItsMouth) {
  LipCropper cropper(geometry_of_68(), 25);
  const PicturePtr picture = ramp(256, 256);
  cropper.push(picture, mean_face());
  cropper.finish();
  const auto crops = drain(cropper);
  ASSERT_EQ(crops.size(), 1U);
  // Identity transform, centre (129.3, 157.8): the crop starts at column 81, row 110.
  for (int64_t y = 0; y < 96; ++y) {
    for (int64_t x = 0; x < 96; ++x) {
      ASSERT_EQ(crops[0].pixels[96 * y + x], picture->pixels[256 * (110 + y) + 81 + x]);
    }
  }
}

TEST(LipCropperTest, ShortClipsAndMissingFramesGiveEveryFrame) {
  LipCropper cropper(geometry_of_68(), 25);
  for (int64_t i = 0; i < 5; ++i) {
    cropper.push(ramp(256, 256), i == 2 ? mean_face() : Landmarks());
  }
  cropper.finish();
  const auto crops = drain(cropper);
  ASSERT_EQ(crops.size(), 5U);
  for (const LipCrop& crop : crops) {
    EXPECT_TRUE(crop.face);
    EXPECT_EQ(crop.pixels, crops[2].pixels);
  }
}

TEST(LipCropperTest, AWindowBeyondTheCanvasIsPushedInsideAndNoted) {
  Landmarks landmarks = mean_face();
  for (size_t i = 48; i < 68; ++i) {
    landmarks[i].y += i == 48 || i == 54 ? 0 : 120;  // the stable mouth corners stay
  }
  LipCropper cropper(geometry_of_68(), 25);
  cropper.push(ramp(256, 256), landmarks);
  cropper.finish();
  const auto crops = drain(cropper);
  ASSERT_EQ(crops.size(), 1U);
  EXPECT_TRUE(crops[0].off_centre);
  EXPECT_EQ(crops[0].pixels.size(), 96U * 96U);
}

TEST(LipCropperTest, AnEndlessGapWaitsForNoMoreThanItsLookAhead) {
  LipCropper cropper(geometry_of_68(), 10);
  size_t given = 0;
  for (int64_t i = 0; i < 100; ++i) {
    cropper.push(ramp(8, 8), {});
    given += drain(cropper).size();
    EXPECT_GE(static_cast<int64_t>(given), i - 10);
  }
  cropper.push(ramp(256, 256), mean_face());
  for (int64_t i = 0; i < 100; ++i) {
    cropper.push(ramp(256, 256), {});
    given += drain(cropper).size();
    EXPECT_GE(static_cast<int64_t>(given), 101 + i - 10 - 6);
  }
  cropper.finish();
  EXPECT_EQ(given + drain(cropper).size(), 201U);
}

TEST(LandmarkSmootherTest, PositionIsKeptAndShapeIsMeant) {
  LandmarkSmoother smoother;
  for (int i = 0; i < 13; ++i) {
    const double size = i % 2 == 0 ? 1 : 3;
    smoother.push({{10.0 * i - size, 0}, {10.0 * i + size, 0}});
  }
  smoother.finish();
  for (int i = 0; i < 13; ++i) {
    const auto landmarks = smoother.pop();
    ASSERT_TRUE(landmarks);
    EXPECT_NEAR(((*landmarks)[0].x + (*landmarks)[1].x) / 2, 10.0 * i, 1e-9);
    const double wanted = i == 6 ? (7 * 1 + 6 * 3) / 13.0 : -1;
    if (wanted > 0) {
      EXPECT_NEAR(((*landmarks)[1].x - (*landmarks)[0].x) / 2, wanted, 1e-9);
    }
  }
}

TEST(WarpTest, OutsideIsBlackAndDamagedTransformsAreHarmless) {
  const PicturePtr picture = ramp(20, 20);
  std::vector<uint8_t> out(64);
  warp_window(*picture, {{1, 0, 1000, 0, 1, 0}}, 0, 0, 8, out.data());
  EXPECT_EQ(out, std::vector<uint8_t>(64, 0));
  warp_window(*picture, {{0, 0, 0, 0, 0, 0}}, 0, 0, 8, out.data());
  warp_window(*picture, {{1e-300, 0, 0, 0, 1e-300, 0}}, 0, 0, 8, out.data());
}

TEST(WarpTest, HalfAPixelIsTheMean) {
  const Picture picture{1, 3, 1, {10, 20, 40}};
  std::vector<uint8_t> out(1);
  warp_window(picture, {{1, 0, -0.5, 0, 1, 0}}, 1, 0, 1, out.data());
  EXPECT_EQ(out[0], 30);
}

}  // namespace
}  // namespace sotto::datasets
