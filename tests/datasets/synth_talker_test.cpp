#include <cmath>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/faces/face_finder.h"
#include "datasets/media/media_reader.h"
#include "datasets/synth/movie_writer.h"
#include "datasets/synth/talker.h"
#include "tests/common/temporary_folder.h"

namespace sotto::datasets::synth {
namespace {

const char* const kText = "We moved the paper above both boxes";

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double ma = 0;
  double mb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / a.size();
    mb += b[i] / b.size();
  }
  double ab = 0;
  double aa = 1e-12;
  double bb = 1e-12;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(SynthTalkerTest, FrameRates) {
  EXPECT_EQ(frame_rate(25).numerator, 25);
  EXPECT_EQ(frame_rate(25).denominator, 1);
  EXPECT_EQ(frame_rate(29.97).numerator, 30000);
  EXPECT_EQ(frame_rate(29.97).denominator, 1001);
  EXPECT_EQ(frame_rate(23.976).numerator, 24000);
  EXPECT_EQ(frame_rate(59.94).numerator, 60000);
  EXPECT_EQ(frame_rate(12.5).numerator, 12500);
  EXPECT_EQ(frame_rate(12.5).denominator, 1000);
}

TEST(SynthTalkerTest, LengthsAndTimesFit) {
  ClipOptions options;
  options.seconds = 3;
  const TalkingClip clip(make_talker(1, 0, "en"), kText, options, 5);
  EXPECT_EQ(clip.frames(), 75);
  EXPECT_EQ(clip.wave().size(), 48000U);
  EXPECT_EQ(clip.mouths().size(), 75U);
  ASSERT_EQ(clip.words().size(), 7U);
  EXPECT_GT(clip.words().front().start_s, 0.05);
  EXPECT_LT(clip.words().back().end_s, 3);
  options.seconds = 0.5;
  EXPECT_THROW(TalkingClip(make_talker(1, 0, "en"), kText, options, 5), DataError);
  options.seconds = 0;
  options.rate = frame_rate(50);
  const TalkingClip fast(make_talker(1, 0, "en"), kText, options, 5);
  EXPECT_EQ(fast.wave().size(), static_cast<size_t>(fast.frames()) * 320);
  EXPECT_GT(fast.frames() / 50.0, fast.words().back().end_s);
}

TEST(SynthTalkerTest, TheSameSeedIsTheSameBytes) {
  const ClipOptions options;
  const TalkingClip one(make_talker(3, 2, "en"), kText, options, 9);
  const TalkingClip two(make_talker(3, 2, "en"), kText, options, 9);
  ASSERT_EQ(one.frames(), two.frames());
  EXPECT_EQ(one.wave(), two.wave());
  // In any order of frames.
  two.frame(7);
  for (const int64_t k : {int64_t{0}, int64_t{11}, one.frames() - 1}) {
    EXPECT_EQ(one.frame(k).pixels, two.frame(k).pixels) << k;
  }
  const TalkingClip other(make_talker(3, 2, "en"), kText, options, 10);
  EXPECT_NE(one.frame(0).pixels, other.frame(0).pixels);
  const TalkingClip person(make_talker(3, 4, "en"), kText, options, 9);
  EXPECT_NE(one.frame(0).pixels, person.frame(0).pixels);
}

// Talkers, sizes and texts of all kinds: the finder must see the drawn face, where it was drawn,
// and the landmarks' lips must move as the mouth was told to.
TEST(SynthTalkerTest, FacesAreFoundAndLipsMoveAsTold) {
  FaceFinder finder(shared_face_models());
  int64_t frames = 0;
  int64_t found = 0;
  const int64_t sizes[][2] = {{256, 256}, {224, 224}, {160, 160}, {360, 288}};
  for (int64_t i = 0; i < 12; ++i) {
    ClipOptions options;
    options.width = sizes[i % 4][0];
    options.height = sizes[i % 4][1];
    options.seconds = 3;
    const TalkingClip clip(make_talker(11, i, "en"), kText, options, 100 + i);
    std::vector<double> gaps;
    std::vector<double> openings;
    for (int64_t k = 0; k < clip.frames(); k += 3) {
      const Picture grey = to_grey(clip.frame(k));
      const Pose pose = clip.pose(k);
      ++frames;
      for (const FaceBox& face : finder.search(grey)) {
        const double away =
            std::hypot(face.centre_x() - pose.x, face.centre_y() - pose.y - 0.2 * pose.width);
        if (away < 0.35 * pose.width) {
          ++found;
          const Landmarks points = finder.landmarks(grey, face);
          gaps.push_back((points[66].y - points[62].y) / pose.width);  // inner lips' middles
          openings.push_back(clip.mouths()[k].opening);
          break;
        }
      }
    }
    ASSERT_GT(gaps.size(), 10U) << "talker " << i;
    EXPECT_GT(correlation(gaps, openings), 0.6) << "talker " << i;
  }
  EXPECT_GE(found, 0.99 * frames) << found << " of " << frames;
}

TEST(SynthTalkerTest, LipsAreOpenWhereThereIsSound) {
  ClipOptions options;
  const TalkingClip clip(
      make_talker(1, 1, "en"), "Early in the morning. A farmer carried apples.", options, 1);
  std::vector<double> openings;
  std::vector<double> loud;
  for (int64_t k = 0; k < clip.frames(); ++k) {
    double sum = 0;
    for (int64_t i = 640 * k; i < 640 * (k + 1); ++i) {
      sum += clip.wave()[i] * clip.wave()[i];
    }
    loud.push_back(std::sqrt(sum / 640));
    openings.push_back(clip.mouths()[k].opening);
  }
  EXPECT_GT(correlation(openings, loud), 0.4);
}

TEST(SynthTalkerTest, MandarinTalksToo) {
  const TalkingClip clip(make_talker(2, 0, "zh"), "今天天气很好", {}, 3);
  ASSERT_EQ(clip.words().size(), 6U);
  EXPECT_EQ(clip.words()[2].word, "天");
  double widest = 0;
  for (const Mouth& mouth : clip.mouths()) {
    widest = std::max(widest, mouth.opening);
  }
  EXPECT_GT(widest, 0.35);
}

TEST(SynthMovieTest, WhatWasWrittenIsRead) {
  const TemporaryFolder folder;
  ClipOptions options;
  options.seconds = 2;
  options.width = 200;
  options.height = 160;
  const TalkingClip clip(make_talker(1, 3, "en"), "Hello world", options, 2);
  const std::string path = folder / "clip.mp4";
  MovieWriter writer(path, 200, 160, options.rate, clip.wave());
  for (int64_t k = 0; k < clip.frames(); ++k) {
    writer.add(clip.frame(k));
  }
  EXPECT_THROW(writer.add(Picture{2, 2, 3, std::vector<uint8_t>(12)}), DataError);
  writer.finish();

  MediaOptions colour;
  colour.grey = false;
  MediaReader reader(path, colour);
  EXPECT_EQ(reader.info().width, 200);
  EXPECT_DOUBLE_EQ(reader.info().fps, 25);
  EXPECT_EQ(reader.info().sample_rate_hz, 16000);
  int64_t frames = 0;
  double difference = 0;
  while (const PicturePtr picture = reader.next_frame()) {
    const Picture drawn = clip.frame(frames++);
    ASSERT_EQ(picture->pixels.size(), drawn.pixels.size());
    for (size_t i = 0; i < drawn.pixels.size(); ++i) {
      difference += std::abs(int{drawn.pixels[i]} - int{picture->pixels[i]});
    }
  }
  EXPECT_EQ(frames, 50);
  EXPECT_LT(difference / (50.0 * 200 * 160 * 3), 3);  // grey steps that the coding loses
  const std::vector<float> wave = reader.read_audio(40000);
  // The sound is where it was put, to the sample: coders with a delay must not shift it.
  ASSERT_GE(wave.size(), 32000U);
  double best = -1;
  int64_t at = 0;
  for (int64_t shift = -40; shift <= 40; ++shift) {
    double sum = 0;
    for (int64_t i = 100; i + 100 < 32000; ++i) {
      sum += wave[i + shift] * clip.wave()[i];
    }
    if (sum > best) {
      best = sum;
      at = shift;
    }
  }
  EXPECT_LE(std::abs(at), 1);
  EXPECT_TRUE(reader.warnings().empty());
}

TEST(SynthMovieTest, WithoutSound) {
  const TemporaryFolder folder;
  const TalkingClip clip(make_talker(1, 3, "en"), "Hello", {}, 2);
  MovieWriter writer(folder / "mute.mp4", 256, 256, frame_rate(29.97), {});
  writer.add(clip.frame(0));
  writer.add(clip.frame(1));
  writer.finish();
  MediaReader reader(folder / "mute.mp4");
  EXPECT_FALSE(reader.info().has_audio);
  EXPECT_NEAR(reader.info().fps, 30000.0 / 1001, 1e-6);
}

}  // namespace
}  // namespace sotto::datasets::synth
