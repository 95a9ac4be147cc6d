#include "datasets/media_utterance.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/store.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

TEST(MediaUtteranceTest, LipsAndSoundOfOneLength) {
  const Utterance utterance = read_media_utterance(test_clip());
  const Crop& lips = utterance.crops.at("lips");
  EXPECT_EQ(utterance.id, "bbaf2n");
  EXPECT_EQ(lips.frames, 75);
  EXPECT_EQ(lips.height, 96);
  EXPECT_EQ(lips.width, 96);
  EXPECT_EQ(static_cast<int64_t>(lips.pixels.size()), 75 * 96 * 96);
  EXPECT_EQ(utterance.wave.size(), 75U * 640U);
  EXPECT_DOUBLE_EQ(utterance.quality.face_share, 1);
  EXPECT_DOUBLE_EQ(utterance.quality.near_detection, 1);
  EXPECT_EQ(utterance.quality.longest_gap, 0);
  EXPECT_NEAR(utterance.quality.face_width, 120, 30);
  EXPECT_TRUE(utterance.warnings.empty());
}

TEST(MediaUtteranceTest, WindowsTogetherAreTheWhole) {
  const Utterance whole = read_media_utterance(test_clip());
  UtteranceOptions options;
  options.window_s = 1.2;
  UtteranceReader reader(test_clip(), options);
  std::vector<uint8_t> pixels;
  std::vector<float> wave;
  std::vector<int64_t> lengths;
  while (const auto window = reader.next()) {
    const Crop& lips = window->crops.at("lips");
    lengths.push_back(lips.frames);
    EXPECT_EQ(static_cast<int64_t>(window->wave.size()), 640 * lips.frames);
    pixels.insert(pixels.end(), lips.pixels.begin(), lips.pixels.end());
    wave.insert(wave.end(), window->wave.begin(), window->wave.end());
  }
  EXPECT_EQ(lengths, (std::vector<int64_t>{30, 30, 15}));
  EXPECT_EQ(pixels, whole.crops.at("lips").pixels);
  EXPECT_EQ(wave, whole.wave);
}

TEST(MediaUtteranceTest, OnlyWhatIsWanted) {
  UtteranceOptions sound;
  sound.video = false;
  const Utterance heard = read_media_utterance(test_clip(), sound);
  EXPECT_TRUE(heard.crops.empty());
  EXPECT_GT(heard.wave.size(), 46000U);
  UtteranceOptions lips;
  lips.audio = false;
  const Utterance seen = read_media_utterance(test_clip(), lips);
  EXPECT_TRUE(seen.wave.empty());
  EXPECT_EQ(seen.crops.at("lips").frames, 75);
}

TEST(MediaUtteranceTest, AClipWithoutAFaceIsNamed) {
  const TemporaryFolder folder;
  Utterance blank;
  blank.crops["lips"] = Crop{30, 96, 96, 1, std::vector<uint8_t>(30 * 96 * 96, 128)};
  write_clip(folder / "blank.mkv", blank);
  try {
    read_media_utterance(folder / "blank.mkv");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_EQ(std::string(error.what()), (folder / "blank.mkv") + ": no face found in 30 frames");
  }
}

TEST(MediaUtteranceTest, LongerThanAllowedIsNamed) {
  UtteranceOptions options;
  options.longest_s = 2;
  EXPECT_THROW(read_media_utterance(test_clip(), options), DataError);
}

TEST(MediaUtteranceTest, ATruncatedClipIsReadWithAWarning) {
  const TemporaryFolder folder;
  const std::string bytes = read_file(test_clip());
  put(folder / "cut.mp4", bytes.substr(0, bytes.size() / 2));
  const Utterance utterance = read_media_utterance(folder / "cut.mp4");
  EXPECT_GT(utterance.crops.at("lips").frames, 20);
  EXPECT_EQ(static_cast<int64_t>(utterance.wave.size()), 640 * utterance.crops.at("lips").frames);
  EXPECT_FALSE(utterance.warnings.empty());
}

TEST(MediaUtteranceTest, TheAskedFaceOfTwo) {
  const std::string path = shared_clip("two-faces-50fps.mkv");
  if (path.empty()) {
    GTEST_SKIP() << "no shared clips";
  }
  UtteranceOptions options;
  options.face = FaceChoice::kLeft;
  const Utterance left = read_media_utterance(path, options);
  options.face = FaceChoice::kRight;
  const Utterance right = read_media_utterance(path, options);
  const Utterance largest = read_media_utterance(path);
  EXPECT_NE(left.crops.at("lips").pixels, right.crops.at("lips").pixels);
  EXPECT_GT(left.quality.face_width, right.quality.face_width);
  EXPECT_EQ(largest.crops.at("lips").pixels, left.crops.at("lips").pixels);
}

class SharedClipTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedClipTest, GivesLips) {
  const std::string path = shared_clip(GetParam());
  if (path.empty()) {
    GTEST_SKIP() << "no shared clips";
  }
  const Utterance utterance = read_media_utterance(path);
  EXPECT_GT(utterance.crops.at("lips").frames, 70);
  EXPECT_GT(utterance.quality.near_detection, 0.85);
  if (!utterance.wave.empty()) {
    EXPECT_EQ(static_cast<int64_t>(utterance.wave.size()), 640 * utterance.crops.at("lips").frames);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Clips,
    SharedClipTest,
    ::testing::Values(
        "address-vp9-25fps.webm",
        "grid-720x576-s2-swwp2s.mp4",
        "man-office-vfr.mp4",
        "portrait-hevc-25fps.mp4",
        "portrait-noaudio-30fps.mp4",
        "portrait-rotated-30fps.mov",
        "profile-man-29.97fps.mp4",
        "vfr-grid-s3.mkv",
        "woman-mpeg4-30fps.avi"));

}  // namespace
}  // namespace sotto::datasets
