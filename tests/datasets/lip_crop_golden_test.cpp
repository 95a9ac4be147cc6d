#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "common/safetensors.h"
#include "datasets/faces/landmark_filter.h"
#include "datasets/faces/lip_cropper.h"
#include "datasets/faces/lmeds.h"
#include "datasets/faces/mean_face.h"

namespace sotto::datasets {
namespace {

const std::set<int64_t> kMissing = {3, 4, 9, 19};
constexpr int64_t kFrames = 20;

/// The tables that the peers' own code made; the tests skip where they are missing.
class LipCropGoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = std::string(SOTTO_SHARED_DIR) + "/fixtures/golden/golden.safetensors";
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "no fixtures";
    }
    file_ = std::make_unique<SafetensorsFile>(path);
  }

  std::vector<double> numbers(const std::string& name) const {
    const SafetensorsEntry& entry = file_->entries().at(name);
    std::vector<double> values(entry.bytes / sizeof(double));
    std::memcpy(values.data(), entry.data, entry.bytes);
    return values;
  }

  std::vector<uint8_t> bytes(const std::string& name) const {
    const SafetensorsEntry& entry = file_->entries().at(name);
    return {entry.data, entry.data + entry.bytes};
  }

  /// A table (sets, points, 2).
  std::vector<Landmarks> points(const std::string& name) const {
    const auto& shape = file_->entries().at(name).shape;
    const std::vector<double> values = numbers(name);
    std::vector<Landmarks> sets(shape[0]);
    const double* next = values.data();
    for (Landmarks& set : sets) {
      for (int64_t i = 0; i < shape[1]; ++i, next += 2) {
        set.push_back({next[0], next[1]});
      }
    }
    return sets;
  }

  /// What the peer was handed: two frames (5 and 11) were given outliers after `crop/landmarks` was
  /// written down; where nothing is missing, filling changes nothing, so its output is its input.
  std::vector<Landmarks> handed_over() const {
    auto landmarks = points("crop/interpolated_landmarks");
    for (const int64_t missing : kMissing) {
      landmarks[missing].clear();
    }
    return landmarks;
  }

  std::unique_ptr<SafetensorsFile> file_;
};

void expect_near(const Landmarks& got, const Landmarks& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i].x, wanted[i].x, tolerance) << "point " << i;
    EXPECT_NEAR(got[i].y, wanted[i].y, tolerance) << "point " << i;
  }
}

PicturePtr formula_picture(int64_t frame) {
  auto picture = std::make_shared<Picture>(Picture{180, 220, 1, {}});
  for (int64_t y = 0; y < picture->height; ++y) {
    for (int64_t x = 0; x < picture->width; ++x) {
      const double value = std::fmod(x + 0.5 * y + 7.0 * frame, 510.0) - 255.0;
      picture->pixels.push_back(static_cast<uint8_t>(std::floor(std::abs(value))));
    }
  }
  return picture;
}

std::vector<LipCrop> cut_all(LipCropper& cropper, const std::vector<Landmarks>& landmarks) {
  std::vector<LipCrop> crops;
  for (int64_t i = 0; i < static_cast<int64_t>(landmarks.size()); ++i) {
    cropper.push(formula_picture(i), landmarks[i]);
  }
  cropper.finish();
  while (auto crop = cropper.pop()) {
    crops.push_back(std::move(*crop));
  }
  return crops;
}

void expect_patch(const std::vector<uint8_t>& got, const uint8_t* wanted) {
  ASSERT_EQ(got.size(), 96U * 96U);
  int worst = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    worst = std::max(worst, std::abs(int{got[i]} - int{wanted[i]}));
  }
  ::testing::Test::RecordProperty("worst", worst);
  EXPECT_LE(worst, 2);
}

TEST_F(LipCropGoldenTest, MeanFaceIsTheReference) {
  const std::vector<double> values = numbers("crop/mean_face");
  ASSERT_EQ(values.size(), 2 * mean_face().size());
  for (size_t i = 0; i < mean_face().size(); ++i) {
    EXPECT_DOUBLE_EQ(mean_face()[i].x, values[2 * i]);
    EXPECT_DOUBLE_EQ(mean_face()[i].y, values[2 * i + 1]);
  }
}

TEST_F(LipCropGoldenTest, GapsAreFilled) {
  const auto found = handed_over();
  const auto wanted = points("crop/interpolated_landmarks");
  GapFiller filler(250);
  for (int64_t i = 0; i < kFrames; ++i) {
    filler.push(found[i]);
  }
  filler.finish();
  for (int64_t i = 0; i < kFrames; ++i) {
    const auto got = filler.pop();
    ASSERT_TRUE(got);
    expect_near(*got, wanted[i], 1e-9);
  }
  EXPECT_FALSE(filler.pop());
}

TEST_F(LipCropGoldenTest, LandmarksAreSmoothed) {
  const auto wanted = points("crop/smoothed_landmarks");
  LandmarkSmoother smoother;
  for (const Landmarks& landmarks : points("crop/interpolated_landmarks")) {
    smoother.push(landmarks);
  }
  smoother.finish();
  for (const Landmarks& landmarks : wanted) {
    const auto got = smoother.pop();
    ASSERT_TRUE(got);
    expect_near(*got, landmarks, 1e-9);
  }
}

TEST_F(LipCropGoldenTest, TransformsAreThePeers) {
  const auto stable = points("crop/stable_points_in");
  const std::vector<double> reference = numbers("crop/stable_reference");
  const std::vector<double> wanted = numbers("crop/affine");
  const std::vector<uint8_t> inliers = bytes("crop/inliers");
  const FaceGeometry geometry = geometry_of_68();
  for (size_t i = 0; i < geometry.reference.size(); ++i) {
    EXPECT_NEAR(geometry.reference[i].x, reference[2 * i], 1e-9);
  }
  for (int64_t t = 0; t < kFrames; ++t) {
    const RobustFit fit = lmeds_similarity(stable[t], geometry.reference);
    for (int64_t k = 0; k < 6; ++k) {
      EXPECT_NEAR(fit.transform.m[k], wanted[6 * t + k], 1e-6) << "frame " << t;
    }
    for (int64_t i = 0; i < 8; ++i) {
      EXPECT_EQ(fit.inliers[i], inliers[8 * t + i] != 0) << "frame " << t;
    }
  }
}

TEST_F(LipCropGoldenTest, LeastMedianOfSquaresFindsTheSameInliers) {
  const auto from = points("lmeds/from");
  const auto to = points("lmeds/to");
  const std::vector<double> wanted = numbers("lmeds/matrix");
  const std::vector<uint8_t> inliers = bytes("lmeds/inliers");
  ASSERT_EQ(from.size(), 40U);
  for (size_t s = 0; s < from.size(); ++s) {
    const RobustFit fit = lmeds_similarity(from[s], to[s]);
    for (size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(fit.inliers[i], inliers[8 * s + i] != 0) << "set " << s;
    }
    for (size_t k = 0; k < 6; ++k) {
      const double scale = std::max(1.0, std::abs(wanted[6 * s + k]));
      EXPECT_NEAR(fit.transform.m[k], wanted[6 * s + k], 1e-6 * scale) << "set " << s;
    }
  }
}

TEST_F(LipCropGoldenTest, PatchesOf68Points) {
  LipCropper cropper(geometry_of_68(), 250);
  const auto crops = cut_all(cropper, handed_over());
  ASSERT_EQ(crops.size(), 20U);
  const std::vector<uint8_t> wanted = bytes("crop/patches_u8");
  int64_t row = 0;
  for (const int64_t frame : {0, 1, 7, 19}) {
    SCOPED_TRACE(frame);
    expect_patch(crops[frame].pixels, wanted.data() + 96 * 96 * row++);
    EXPECT_FALSE(crops[frame].off_centre);
  }
}

TEST_F(LipCropGoldenTest, PatchesOf4Points) {
  LipCropper cropper(geometry_of_4(), 250);
  const auto crops = cut_all(cropper, points("crop4/landmarks"));
  ASSERT_EQ(crops.size(), 20U);
  const std::vector<uint8_t> wanted = bytes("crop4/patches_u8");
  expect_patch(crops[0].pixels, wanted.data());
  expect_patch(crops[19].pixels, wanted.data() + 96 * 96);
}

TEST_F(LipCropGoldenTest, GreyOfColour) {
  const std::vector<uint8_t> wanted = bytes("crop/rgb_to_gray_u8");
  EXPECT_EQ(to_grey({24, 32, 3, bytes("crop/rgb_u8")}).pixels, wanted);
}

}  // namespace
}  // namespace sotto::datasets
