#include "datasets/augment.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "common/error.h"
#include "tests/clock_store.h"

namespace sotto::datasets {
namespace {

using tests::clock_utterance;

/// The times that an utterance shows, a frame each.
std::vector<int64_t> times_of(const Utterance& utterance) {
  std::vector<int64_t> times;
  const Crop& lips = utterance.crops.at("lips");
  for (int64_t t = 0; t < lips.frames; ++t) {
    times.push_back(lips.pixels[static_cast<size_t>(t * lips.frame_bytes())]);
  }
  return times;
}

/// Whether the sound of every frame says what its picture shows.
void expect_in_step(const Utterance& utterance, double tolerance) {
  const std::vector<int64_t> times = times_of(utterance);
  ASSERT_EQ(utterance.wave.size(), times.size() * kSamplesPerFrame);
  for (size_t t = 0; t < times.size(); ++t) {
    const float middle = utterance.wave[t * kSamplesPerFrame + kSamplesPerFrame / 2];
    EXPECT_NEAR(256 * middle, static_cast<double>(times[t]), tolerance) << "frame " << t;
  }
}

void expect_words(const Utterance& utterance, const std::vector<WordTime>& expected) {
  ASSERT_EQ(utterance.words.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(utterance.words[i].word, expected[i].word);
    EXPECT_NEAR(utterance.words[i].start_s, expected[i].start_s, 1e-9);
    EXPECT_NEAR(utterance.words[i].end_s, expected[i].end_s, 1e-9);
  }
}

TEST(CutTest, TakesPicturesSoundAndWordsTogether) {
  const Utterance whole =
      clock_utterance("a", 10, 20, {{"set", 0.0, 0.2}, {"white", 0.2, 0.5}, {"now", 0.6, 0.8}});
  const Utterance part = cut(whole, 6, 5);  // 0.24 s to 0.44 s
  EXPECT_EQ(times_of(part), (std::vector<int64_t>{16, 17, 18, 19, 20}));
  expect_in_step(part, 0);
  expect_words(part, {{"white", 0.0, 0.2}});
  EXPECT_EQ(frame_count(part), 5);
}

TEST(CutTest, WordsNeverStandOutside) {
  const Utterance whole = clock_utterance("a", 0, 20, {{"set", 0.03, 0.31}, {"now", 0.31, 0.79}});
  for (int64_t first = 0; first < 20; ++first) {
    for (int64_t frames = 1; first + frames <= 20; ++frames) {
      for (const WordTime& word : cut(whole, first, frames).words) {
        EXPECT_GE(word.start_s, 0);
        EXPECT_LT(word.start_s, word.end_s);
        EXPECT_LE(word.end_s, static_cast<double>(frames) / kFramesPerSecond + 1e-9);
      }
    }
  }
}

TEST(AppendTest, TheSecondFollowsTheFirst) {
  Utterance joined = clock_utterance("a", 0, 5, {{"set", 0.0, 0.12}});
  append(joined, clock_utterance("b", 100, 3, {{"now", 0.04, 0.12}}));
  EXPECT_EQ(times_of(joined), (std::vector<int64_t>{0, 1, 2, 3, 4, 100, 101, 102}));
  expect_in_step(joined, 0);
  expect_words(joined, {{"set", 0.0, 0.12}, {"now", 0.24, 0.32}});
}

TEST(ChangeSpeedTest, EverythingKeepsInStep) {
  const Utterance whole = clock_utterance("a", 20, 50, {{"set", 0.4, 1.2}});
  for (const double factor : {0.8, 0.87, 1.0, 1.13, 1.25}) {
    const Utterance played = change_speed(whole, factor);
    EXPECT_EQ(frame_count(played), std::llround(50 / factor));
    expect_in_step(played, 0.51);
    expect_words(played, {{"set", 0.4 / factor, 1.2 / factor}});
  }
  EXPECT_EQ(times_of(change_speed(whole, 1.0)), times_of(whole));
}

TEST(JitterFramesTest, LostOrDoubledAndInStep) {
  const Utterance whole = clock_utterance("a", 0, 200, {{"set", 0.4, 1.2}, {"now", 2.0, 7.0}});
  Random random(3);
  int64_t lost = 0;
  int64_t twice = 0;
  for (int i = 0; i < 20; ++i) {
    const Utterance played = jitter_frames(whole, 0.1, random);
    expect_in_step(played, 0);
    std::map<int64_t, int> counts;
    for (const int64_t time : times_of(played)) {
      ++counts[time];
    }
    lost += 200 - static_cast<int64_t>(counts.size());
    twice += frame_count(played) - static_cast<int64_t>(counts.size());
    const auto before = [&counts](int64_t frame) {
      int64_t all = 0;
      for (const auto& [time, count] : counts) {
        all += time < frame ? count : 0;
      }
      return static_cast<double>(all) / kFramesPerSecond;
    };
    expect_words(played, {{"set", before(10), before(30)}, {"now", before(50), before(175)}});
    EXPECT_NEAR(static_cast<double>(frame_count(played)) / kFramesPerSecond, before(200), 1e-9);
  }
  EXPECT_NEAR(static_cast<double>(lost), 200, 70);  // of 4000 frames 5 %
  EXPECT_NEAR(static_cast<double>(twice), 200, 70);
  EXPECT_EQ(times_of(jitter_frames(whole, 0, random)), times_of(whole));
  for (int i = 0; i < 30; ++i) {
    EXPECT_GE(frame_count(jitter_frames(clock_utterance("a", 0, 1), 1, random)), 1);
  }
}

TEST(AugmentTimeTest, ChoosesOfItsSpeeds) {
  AugmentOptions options;
  options.speed_chance = 1;
  options.speeds = {0.9, 1.0, 1.1};
  const Utterance whole = clock_utterance("a", 0, 99, {{"set", 0.4, 1.2}});
  std::map<int64_t, int> counts;
  for (int i = 0; i < 300; ++i) {
    Utterance played = whole;
    augment_time(options, ClipRandom(1, 0, std::to_string(i)), played);
    expect_in_step(played, 0.51);
    EXPECT_EQ(played.text, "set");
    const double factor = 99.0 / static_cast<double>(frame_count(played));
    EXPECT_NEAR(played.words[0].start_s, 0.4 / factor, 0.01);
    ++counts[frame_count(played)];
  }
  ASSERT_EQ(counts.size(), 3U);
  for (const int64_t frames : {90, 99, 110}) {
    EXPECT_NEAR(counts[frames], 100, 41) << frames;
  }
}

TEST(SpeechSpanTest, FromTheFirstWordToTheLast) {
  EXPECT_EQ(
      speech_span(clock_utterance("a", 0, 20, {{"set", 0.1, 0.2}, {"now", 0.3, 0.61}})),
      (std::pair<int64_t, int64_t>{2, 16}));
  EXPECT_EQ(speech_span(clock_utterance("a", 0, 20)), (std::pair<int64_t, int64_t>{0, 20}));
  // Word times past the clip's end, as corpora have them.
  EXPECT_EQ(
      speech_span(clock_utterance("a", 0, 20, {{"set", 0.9, 1.5}})),
      (std::pair<int64_t, int64_t>{19, 20}));
}

TEST(FrameCountTest, OfTheLipsElseOfTheSound) {
  const Utterance whole = clock_utterance("a", 0, 7);
  EXPECT_EQ(frame_count(tests::without_sound(whole)), 7);
  EXPECT_EQ(frame_count(tests::without_lips(whole)), 7);
  EXPECT_EQ(frame_count(Utterance()), 0);
}

TEST(MaskFramesTest, OneRunWithinBounds) {
  Random random(1);
  bool whole = false;
  bool nothing = false;
  for (int i = 0; i < 500; ++i) {
    std::vector<float> values(12 * 3, 1.0F);
    mask_frames(values.data(), 12, 3, 12, 0, random);
    std::vector<int64_t> masked;
    for (int64_t t = 0; t < 12; ++t) {
      const float* frame = values.data() + 3 * t;
      EXPECT_TRUE(frame[0] == frame[1] && frame[1] == frame[2]);
      if (frame[0] == 0) {
        masked.push_back(t);
      }
    }
    whole = whole || masked.size() == 12;
    nothing = nothing || masked.empty();
    if (!masked.empty()) {
      EXPECT_EQ(masked.back() - masked.front() + 1, static_cast<int64_t>(masked.size()));
    }
  }
  EXPECT_TRUE(whole && nothing);
}

TEST(MaskFramesTest, ARunEverySoOften) {
  Random random(2);
  std::vector<float> values(1000, 1.0F);
  mask_frames(values.data(), 1000, 1, 4, 50, random);
  const auto masked = std::count(values.begin(), values.end(), 0.0F);
  EXPECT_GT(masked, 10);  // 20 runs of 2 on average
  EXPECT_LE(masked, 20 * 4);
  std::vector<float> untouched(5, 1.0F);
  mask_frames(untouched.data(), 5, 1, 0, 0, random);
  EXPECT_EQ(untouched, std::vector<float>(5, 1.0F));
}

TEST(MaskFramesTest, AMaskWiderThanTheClip) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    std::vector<float> values = {9, 1, 1, 9};
    mask_frames(values.data() + 1, 2, 1, 10, 0, random);
    EXPECT_TRUE(values.front() == 9 && values.back() == 9);
  }
}

/// The generators of many clips.
ClipRandom clip_random(int64_t i) { return {7, 3, "clip" + std::to_string(i)}; }

TEST(DrawViewTest, StaysWithinItsOptions) {
  AugmentOptions options;
  options.shift = 4;
  options.flip = 0.5;
  options.contrast = 0.1;
  options.brightness = 0.2;
  options.saturation = 0.3;
  options.hue = 0.4;
  int flips = 0;
  for (int i = 0; i < 1000; ++i) {
    const LipsView view = draw_view(options, clip_random(i));
    EXPECT_LE(std::abs(view.contrast - 1), 0.1);
    EXPECT_LE(std::abs(view.brightness), 0.2);
    EXPECT_LE(std::abs(view.saturation - 1), 0.3);
    EXPECT_LE(std::abs(view.hue_rad), 0.4);
    EXPECT_EQ(view.rotation_rad, 0);
    EXPECT_EQ(view.scale, 1);
    flips += view.flip ? 1 : 0;
  }
  EXPECT_NEAR(flips, 500, 80);
  const LipsView plain = draw_view(AugmentOptions(), clip_random(0));
  EXPECT_TRUE(plain.shift_x == 0 && plain.contrast == 1 && plain.brightness == 0 && !plain.flip);
  EXPECT_TRUE(plain.saturation == 1 && plain.hue_rad == 0);
}

TEST(DrawViewTest, ARandomCropIsByWholePixelsThatAreEquallyLikely) {
  AugmentOptions options;
  options.shift = 4;  // 88 of 96: the crop begins at 0 to 8
  std::map<double, int> across;
  std::map<double, int> down;
  for (int i = 0; i < 9000; ++i) {
    const LipsView view = draw_view(options, clip_random(i));
    ++across[view.shift_x];
    ++down[view.shift_y];
  }
  for (const auto* places : {&across, &down}) {
    ASSERT_EQ(places->size(), 9U);
    for (const auto& [place, count] : *places) {
      EXPECT_EQ(place, std::round(place));
      EXPECT_LE(std::abs(place), 4);
      EXPECT_NEAR(count, 1000, 150) << place;  // five deviations of a binomial
    }
  }
}

TEST(DrawViewTest, EveryAugmentationDrawsForItself) {
  AugmentOptions all;
  all.shift = 4;
  all.rotate = 0.1;
  all.scale = 0.1;
  all.flip = 0.5;
  all.contrast = 0.2;
  all.brightness = 0.2;
  all.saturation = 0.2;
  all.hue = 0.2;
  AugmentOptions fewer = all;
  fewer.rotate = 0;
  fewer.flip = 0;
  fewer.brightness = 0;
  for (int i = 0; i < 20; ++i) {
    const LipsView a = draw_view(all, clip_random(i));
    const LipsView b = draw_view(fewer, clip_random(i));
    EXPECT_EQ(a.shift_x, b.shift_x);
    EXPECT_EQ(a.shift_y, b.shift_y);
    EXPECT_EQ(a.scale, b.scale);
    EXPECT_EQ(a.contrast, b.contrast);
    EXPECT_EQ(a.saturation, b.saturation);
    EXPECT_EQ(a.hue_rad, b.hue_rad);
    EXPECT_NE(a.contrast - 1, a.saturation - 1);  // of the same size, and yet not the same number
  }
  EXPECT_NE(draw_view(all, clip_random(1)).scale, draw_view(all, clip_random(2)).scale);
  EXPECT_NE(
      draw_view(all, ClipRandom(7, 3, "a")).scale, draw_view(all, ClipRandom(7, 4, "a")).scale);
  EXPECT_NE(
      draw_view(all, ClipRandom(7, 3, "a")).scale, draw_view(all, ClipRandom(8, 3, "a")).scale);
}

TEST(AugmentOptionsTest, MarginsInOrder) {
  AugmentOptions options;
  options.trim_margin = {5, 4};
  EXPECT_THROW(options.validate(), ConfigError);
  options.trim_margin = {5};
  EXPECT_THROW(options.validate(), ConfigError);
}

}  // namespace
}  // namespace sotto::datasets
