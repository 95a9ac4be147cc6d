#include "datasets/media_utterance.h"

#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/store.h"
#include "tests/common/temporary_folder.h"
#include "tests/datasets/media_fixtures.h"

namespace sotto::datasets {
namespace {

/// Seconds of tone and silence in turn, beginning with a tone.
Utterance tones(const std::vector<double>& seconds) {
  Utterance utterance;
  bool silent = false;
  for (const double part : seconds) {
    for (int64_t i = 0; i < std::llround(part * 16000); ++i) {
      utterance.wave.push_back(silent ? 0.0F : (i / 7 % 2 == 0 ? 0.2F : -0.2F));
    }
    silent = !silent;
  }
  return utterance;
}

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
  EXPECT_DOUBLE_EQ(utterance.quality.face_share, 1);
  EXPECT_EQ(utterance.quality.longest_gap, 0);
  EXPECT_NEAR(utterance.quality.face_width, 120, 30);
  EXPECT_TRUE(utterance.warnings.empty());
}

/// The parts of windows that count follow one another and are those of the whole.
void expect_whole(const UtteranceOptions& options, int64_t most) {
  const Utterance whole = read_media_utterance(test_clip());
  UtteranceReader reader(test_clip(), options);
  int64_t at = 0;
  int64_t left_out = 0;
  int64_t windows = 0;
  int64_t shared = 0;
  while (const auto window = reader.next()) {
    const Crop& lips = window->utterance.crops.at("lips");
    EXPECT_LE(lips.frames, most);
    ASSERT_EQ(static_cast<int64_t>(window->utterance.wave.size()), 640 * lips.frames);
    EXPECT_GE(window->from, at);
    left_out += window->from - at;
    at = window->to;
    EXPECT_LE(window->begin, window->from);
    EXPECT_LT(window->from, window->to);
    EXPECT_LE(window->to, window->begin + lips.frames);
    const auto picture = whole.crops.at("lips").pixels.begin() + window->begin * lips.frame_bytes();
    EXPECT_TRUE(std::equal(lips.pixels.begin(), lips.pixels.end(), picture));
    const auto sample = whole.wave.begin() + window->begin * 640;
    EXPECT_TRUE(std::equal(window->utterance.wave.begin(), window->utterance.wave.end(), sample));
    ++windows;
    shared += lips.frames - (window->to - window->from);
  }
  EXPECT_GE(windows, 2);
  if (options.overlap) {
    EXPECT_LE(left_out, 15);  // half a second of silence before the first word
    EXPECT_GE(at, 75 - 15);   // or behind the last
  } else {
    EXPECT_EQ(left_out, 0);
    EXPECT_EQ(at, 75);
  }
  EXPECT_EQ(shared > 0, options.overlap);
  EXPECT_EQ(reader.position(), 75);
}

TEST(MediaUtteranceTest, WindowsTogetherAreTheWhole) {
  UtteranceOptions options;
  options.window_s = 1.2;
  expect_whole(options, 30);
  options.overlap = false;
  expect_whole(options, 30);
}

TEST(MediaUtteranceTest, WindowsAreCutInSilence) {
  const TemporaryFolder folder;
  write_clip(folder / "twice.mkv", tones({2, 0.8, 2}));
  UtteranceOptions options;
  options.window_s = 4;
  UtteranceReader reader(folder / "twice.mkv", options);
  const auto first = reader.next();
  ASSERT_TRUE(first.has_value());
  EXPECT_GE(first->to, 50);
  EXPECT_LE(first->to, 70);
  const auto second = reader.next();
  ASSERT_TRUE(second.has_value());
  EXPECT_GE(second->begin, 50);  // the silence is shared, no speech is
  EXPECT_LE(first->begin + frame_count(first->utterance), 71);
  EXPECT_EQ(second->to, 120);
  EXPECT_FALSE(reader.next().has_value());
}

TEST(MediaUtteranceTest, APreparedClipGivesItsLips) {
  const TemporaryFolder folder;
  const Utterance original = read_media_utterance(test_clip());
  write_clip(folder / "prepared.mkv", original);
  const Utterance again = read_media_utterance(folder / "prepared.mkv");
  EXPECT_EQ(again.crops.at("lips").pixels, original.crops.at("lips").pixels);
  EXPECT_EQ(again.wave.size(), original.wave.size());
}

TEST(MediaUtteranceTest, APreparedClipOfSeveralCropsGivesItsLips) {
  const TemporaryFolder folder;
  UtteranceOptions options;
  options.crops = crop_list({"face:224:112"}, false);
  const Utterance original = read_media_utterance(test_clip(), options);
  ASSERT_EQ(original.crops.size(), 2U);
  write_clip(folder / "prepared.mkv", original);  // the face is the first of its streams
  const Utterance again = read_media_utterance(folder / "prepared.mkv");
  EXPECT_EQ(again.crops.at("lips").pixels, original.crops.at("lips").pixels);
  try {
    read_media_utterance(folder / "prepared.mkv", options);
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("no other crops can be cut"), std::string::npos);
  }
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
  blank.crops["lips"] = Crop{30, 128, 128, 1, std::vector<uint8_t>(30 * 128 * 128, 128)};
  write_clip(folder / "blank.mkv", blank);
  try {
    read_media_utterance(folder / "blank.mkv");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_EQ(std::string(error.what()), (folder / "blank.mkv") + ": no face found in 30 frames");
  }
}

TEST(MediaUtteranceTest, SilenceCountsForTheLength) {
  const TemporaryFolder folder;
  UtteranceOptions options;
  options.longest_s = 4;
  for (const auto& seconds : {std::vector<double>{0, 2, 2.4}, std::vector<double>{3, 2}}) {
    write_clip(folder / "long.mkv", tones(seconds));
    EXPECT_THROW(read_media_utterance(folder / "long.mkv", options), DataError);
  }
  write_clip(folder / "fits.mkv", tones({0, 2, 2}));
  EXPECT_EQ(read_media_utterance(folder / "fits.mkv", options).wave.size(), 4U * 16000U);
}

TEST(MediaUtteranceTest, LongSilenceAndSteadySoundAreRead) {
  const TemporaryFolder folder;
  UtteranceOptions options;
  options.window_s = 2;
  for (const auto& seconds : {std::vector<double>{7}, std::vector<double>{0, 7}}) {
    write_clip(folder / "flat.mkv", tones(seconds));
    UtteranceReader reader(folder / "flat.mkv", options);
    int64_t at = 0;
    while (const auto window = reader.next()) {
      EXPECT_EQ(window->from, at);
      EXPECT_GE(window->to - window->from, 10);  // none is too short for a word
      at = window->to;
    }
    EXPECT_EQ(at, 175);
  }
  // A minute of rest between two sentences is passed over.
  write_clip(folder / "rest.mkv", tones({1, 60, 1}));
  UtteranceReader reader(folder / "rest.mkv", options);
  int64_t frames = 0;
  while (const auto window = reader.next()) {
    frames += frame_count(window->utterance);
  }
  EXPECT_GE(frames, 50);
  EXPECT_LE(frames, 110);
  EXPECT_EQ(reader.position(), 62 * 25);
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
  options.face = FaceChoice::kLargest;
  const Utterance largest = read_media_utterance(path, options);
  EXPECT_NE(left.crops.at("lips").pixels, right.crops.at("lips").pixels);
  EXPECT_GT(left.quality.face_width, right.quality.face_width);
  EXPECT_EQ(largest.crops.at("lips").pixels, left.crops.at("lips").pixels);
  options.face = {FaceChoice::kNumber, 2};
  EXPECT_EQ(
      read_media_utterance(path, options).crops.at("lips").pixels, right.crops.at("lips").pixels);
  const std::vector<Utterance> both = read_everybody(path, {});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].crops.at("lips").pixels, left.crops.at("lips").pixels);
  EXPECT_EQ(both[1].crops.at("lips").pixels, right.crops.at("lips").pixels);
  EXPECT_EQ(both[0].quality.people, 2);
}

TEST(MediaUtteranceTest, APartWithItsSoundInAnotherFile) {
  const TemporaryFolder folder;
  write_clip(folder / "sound.mkv", tones({1, 1, 1}));
  UtteranceOptions options;
  options.sound = folder / "sound.mkv";
  options.begin = 20;
  options.end = 60;
  const Utterance part = read_media_utterance(test_clip(), options);
  const Utterance whole = read_media_utterance(test_clip());
  const Utterance sound = read_media_utterance(folder / "sound.mkv");
  ASSERT_EQ(part.crops.at("lips").frames, 40);
  ASSERT_EQ(part.wave.size(), 40U * 640U);
  // Smoothing knows less at the ends of a part; the middle is that of the whole.
  const Crop& lips = part.crops.at("lips");
  const Crop& all = whole.crops.at("lips");
  int64_t apart = 0;
  for (int64_t i = 0; i < lips.frame_bytes(); ++i) {
    apart += std::abs(
        int{lips.pixels[static_cast<size_t>(20 * lips.frame_bytes() + i)]} -
        int{all.pixels[static_cast<size_t>(40 * lips.frame_bytes() + i)]});
  }
  EXPECT_LT(apart, 6 * lips.frame_bytes());
  EXPECT_TRUE(std::equal(part.wave.begin(), part.wave.end(), sound.wave.begin() + 20 * 640));
}

class SharedClipTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedClipTest, GivesLips) {
  const std::string path = shared_clip(GetParam());
  if (path.empty()) {
    GTEST_SKIP() << "no shared clips";
  }
  const Utterance utterance = read_media_utterance(path);
  EXPECT_GT(utterance.crops.at("lips").frames, 70);
  EXPECT_GT(utterance.quality.face_share, 0.85);
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
