#include "datasets/pauses.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

Activity speech_activity(const Utterance& utterance) {
  return SpeechActivity().of(speech_levels(utterance));
}

/// Sound that is loud in the frames where `loud` says so, with a murmur everywhere.
Utterance sound(const std::vector<bool>& loud) {
  Utterance utterance;
  for (const bool here : loud) {
    for (int64_t i = 0; i < kSamplesPerFrame; ++i) {
      const auto tone = static_cast<float>(std::sin(0.3 * static_cast<double>(i)));
      utterance.wave.push_back(tone * (here ? 0.3F : 0.002F));
    }
  }
  return utterance;
}

/// Lips whose grey changes from frame to frame where `moving` says so.
Crop lips(const std::vector<bool>& moving) {
  Crop crop{0, kLipsSide, kLipsSide, 1, {}};
  uint8_t grey = 100;
  for (const bool here : moving) {
    grey = here ? static_cast<uint8_t>(grey ^ 8) : grey;
    crop.pixels.insert(crop.pixels.end(), static_cast<size_t>(crop.frame_bytes()), grey);
    ++crop.frames;
  }
  return crop;
}

std::vector<bool> busy_but(int64_t T, int64_t first, int64_t end) {
  std::vector<bool> busy(static_cast<size_t>(T), true);
  for (int64_t t = first; t < end; ++t) {
    busy[static_cast<size_t>(t)] = false;
  }
  return busy;
}

TEST(PausesTest, SilenceIsFound) {
  const auto activity = speech_activity(sound(busy_but(100, 60, 80)));
  ASSERT_EQ(activity.mean.size(), 100U);
  EXPECT_EQ(activity.mean, activity.most);
  const Pause pause = calmest_pause(activity, 40, 95);
  EXPECT_GE(pause.cut, 63);
  EXPECT_LE(pause.cut, 77);
  EXPECT_NEAR(static_cast<double>(pause.begin), 60, 1);
  EXPECT_NEAR(static_cast<double>(pause.end), 80, 1);
}

TEST(PausesTest, StillLipsAreFound) {
  Utterance utterance;
  utterance.crops["lips"] = lips(busy_but(100, 30, 55));
  const Pause pause = calmest_pause(speech_activity(utterance), 20, 90);
  EXPECT_GE(pause.cut, 33);
  EXPECT_LE(pause.cut, 52);
  EXPECT_LT(pause.begin, pause.end);
}

TEST(PausesTest, BothStreamsHaveToRest) {
  // Sound rests in [30, 50), lips in [40, 60): both in [40, 50).
  Utterance utterance = sound(busy_but(100, 30, 50));
  utterance.crops["lips"] = lips(busy_but(100, 40, 60));
  const Activity both = speech_activity(utterance);
  EXPECT_LT(both.mean[35], both.most[35]);
  const Pause pause = calmest_pause(both, 10, 95);
  EXPECT_GE(pause.cut, 42);
  EXPECT_LE(pause.cut, 48);
}

TEST(PausesTest, WithoutAPauseTheCutIsInSpeech) {
  const Pause pause = calmest_pause({std::vector<float>(50, 1.0F), {}}, 20, 40);
  EXPECT_EQ(pause.cut, 39);  // of equals the last
  EXPECT_EQ(pause.begin, pause.cut);
  EXPECT_EQ(pause.end, pause.cut);
}

TEST(PausesTest, WhereNothingChangesEverythingMayBeSpeech) {
  const Activity flat = speech_activity(sound(std::vector<bool>(30, true)));
  EXPECT_EQ(flat.mean, std::vector<float>(30, 1.0F));
  EXPECT_EQ(first_active(flat, 0), 0);
  EXPECT_TRUE(speech_activity({}).mean.empty());
}

TEST(PausesTest, AStreamThatNeverChangesDoesNotCount) {
  // A talker who is heard but not seen.
  Utterance utterance = sound(busy_but(100, 60, 80));
  const Activity heard = speech_activity(utterance);
  utterance.crops["lips"] = lips(std::vector<bool>(100, false));
  EXPECT_EQ(speech_activity(utterance).mean, heard.mean);
}

TEST(PausesTest, SpeechIsCounted) {
  const std::vector<float> values = {0, 1, 1, 0, 0, 0.5F, 1, 0};
  const Activity activity = {values, values};
  EXPECT_EQ(end_of_active(activity, 0, 3), 6);
  EXPECT_EQ(end_of_active(activity, 2, 1), 3);
  EXPECT_EQ(end_of_active(activity, 4, 0), 4);
  EXPECT_EQ(end_of_active(activity, 0, 9), 8);
  EXPECT_EQ(first_active(activity, 3), 5);
  EXPECT_EQ(first_active(activity, 7), 8);
}

TEST(PausesTest, SilenceIsKnownByWhatCameBefore) {
  SpeechActivity activity;
  const SpeechLevels speech = speech_levels(sound(busy_but(100, 60, 80)));
  activity.remember(speech, 100);
  const auto later = activity.of(speech_levels(sound(std::vector<bool>(50, false))));
  EXPECT_EQ(first_active(later, 0), 50);  // none
  const auto word = activity.of(speech_levels(sound(busy_but(50, 8, 50))));
  EXPECT_NEAR(static_cast<double>(first_active(word, 0)), 0, 1);
  EXPECT_EQ(first_active(word, 12), 50);
  // Only what was remembered counts: nothing but silence so far.
  SpeechActivity rested;
  rested.remember(speech_levels(sound(busy_but(100, 0, 60))), 50);
  EXPECT_EQ(first_active(rested.of(speech_levels(sound(std::vector<bool>(50, false)))), 0), 0);
}

}  // namespace
}  // namespace sotto::datasets
