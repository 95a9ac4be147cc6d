#include "datasets/noise.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

double energy(const Wave& wave) {
  double sum = 0;
  for (const float sample : wave) {
    sum += static_cast<double>(sample) * sample;
  }
  return sum;
}

Wave random_wave(size_t samples, uint64_t seed, double level = 0.1) {
  Random random(seed);
  Wave wave(samples);
  for (float& sample : wave) {
    sample = static_cast<float>(random.uniform(-level, level));
  }
  return wave;
}

TEST(AddNoiseTest, ReachesTheRatioAskedFor) {
  const Wave speech = random_wave(4000, 1);
  const Wave noise = random_wave(4000, 2, 0.9);
  for (const double snr_db : {-15.0, 0.0, 7.5, 30.0}) {
    Wave mixed = speech;
    add_noise(mixed, noise, snr_db);
    Wave added(mixed.size());
    for (size_t i = 0; i < mixed.size(); ++i) {
      added[i] = mixed[i] - speech[i];
    }
    EXPECT_NEAR(10 * std::log10(energy(speech) / energy(added)), snr_db, 1e-3);
  }
}

TEST(AddNoiseTest, SilenceStaysAsItIs) {
  const Wave noise = random_wave(100, 3);
  Wave silence(100, 0.0F);
  add_noise(silence, noise, 0);
  EXPECT_EQ(energy(silence), 0);
  Wave speech = noise;
  add_noise(speech, Wave(100, 0.0F), 0);
  EXPECT_EQ(speech, noise);
}

TEST(DrawNoiseTest, VoicesHaveEqualPowerAndGoRound) {
  NoiseSources sources;
  sources.voices = {
      std::make_shared<Wave>(random_wave(700, 4, 0.01)),
      std::make_shared<Wave>(random_wave(900, 5, 0.9))};
  Random random(6);
  const Wave one = draw_noise(sources, 1, 63000, random);  // a multiple of both lengths
  EXPECT_NEAR(energy(one) / 63000, 1, 1e-3);
  EXPECT_EQ(one[0], one[700 * 900 / 100]);  // both periods divide 6300
  const Wave babble = draw_noise(sources, 8, 63000, random);
  EXPECT_GT(energy(babble) / 63000, 1);
  EXPECT_EQ(energy(draw_noise(NoiseSources(), 4, 10, random)), 0);
}

TEST(DrawNoiseTest, ARecordingIsCutAtARandomPlace) {
  NoiseSources sources;
  auto recording = std::make_shared<Wave>();
  for (int i = 0; i < 100; ++i) {
    recording->push_back(static_cast<float>(i));
  }
  sources.recording = recording;
  Random random(7);
  const Wave first = draw_noise(sources, 3, 250, random);
  const Wave second = draw_noise(sources, 3, 250, random);
  for (size_t i = 1; i < first.size(); ++i) {
    EXPECT_EQ(std::fmod(first[i - 1] + 1, 100), first[i]);
  }
  EXPECT_NE(first, second);
}

TEST(NormaliseWaveTest, ZeroMeanUnitVariance) {
  Wave wave = random_wave(5000, 8);
  for (float& sample : wave) {
    sample = 0.3F + 0.01F * sample;
  }
  normalise_wave(wave.data(), wave.size());
  double sum = 0;
  for (const float sample : wave) {
    sum += sample;
  }
  EXPECT_NEAR(sum / 5000, 0, 1e-4);
  EXPECT_NEAR(energy(wave) / 5000, 1, 0.05);  // 1e-8 counts beside a variance of 3e-7
  Wave silence(10, 0.25F);
  normalise_wave(silence.data(), silence.size());
  for (const float sample : silence) {
    EXPECT_NEAR(sample, 0, 1e-3);
  }
  normalise_wave(nullptr, 0);
}

}  // namespace
}  // namespace sotto::datasets
