#include "datasets/training_noise.h"

#include <cmath>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "common/error.h"
#include "datasets/band_reject.h"
#include "datasets/coloured_noise.h"

namespace sotto::datasets {
namespace {

constexpr double kPi = 3.14159265358979323846;

double energy(const Wave& wave) {
  double sum = 0;
  for (const float sample : wave) {
    sum += static_cast<double>(sample) * sample;
  }
  return sum;
}

/// Power of a wave between two frequencies: the mean of periodograms of 2048 samples, summed over
/// the bins of that band.
double band_power(const Wave& wave, double low_hz, double high_hz) {
  constexpr size_t kWindow = 2048;
  constexpr double kBin = 16000.0 / kWindow;
  const auto first = static_cast<int>(std::ceil(low_hz / kBin));
  const auto last = static_cast<int>(std::ceil(high_hz / kBin));
  double power = 0;
  int bins = 0;
  for (int bin = first; bin < last; bin += std::max(1, (last - first) / 8), ++bins) {
    for (size_t begin = 0; begin + kWindow <= wave.size(); begin += kWindow) {
      double real = 0;
      double imaginary = 0;
      for (size_t i = 0; i < kWindow; ++i) {
        const double hann = 0.5 - 0.5 * std::cos(2 * kPi * static_cast<double>(i) / kWindow);
        const double angle = 2 * kPi * bin * static_cast<double>(i) / kWindow;
        real += hann * wave[begin + i] * std::cos(angle);
        imaginary += hann * wave[begin + i] * std::sin(angle);
      }
      power += real * real + imaginary * imaginary;
    }
  }
  return power / bins * (last - first);
}

Wave tone(double hz, size_t samples = 16000) {
  Wave wave(samples);
  for (size_t i = 0; i < samples; ++i) {
    wave[i] = static_cast<float>(std::sin(2 * kPi * hz * static_cast<double>(i) / 16000));
  }
  return wave;
}

/// Decibels that a tone has lost once the filter has settled.
double loss_db(double hz, double low_hz, double high_hz) {
  Wave before = tone(hz);
  Wave after = before;
  reject_band(after, low_hz, high_hz);
  before.erase(before.begin(), before.begin() + 8000);
  after.erase(after.begin(), after.begin() + 8000);
  return 10 * std::log10(energy(before) / energy(after));
}

TEST(ColouredNoiseTest, WhiteIsAsStrongInEveryHertz) {
  Random random(1);
  const Wave noise = white_noise(160001, random);
  EXPECT_NEAR(energy(noise) / 160001, 1, 0.02);
  const double reference = band_power(noise, 1000, 2000);
  EXPECT_NEAR(10 * std::log10(band_power(noise, 4000, 5000) / reference), 0, 1);
  EXPECT_NEAR(10 * std::log10(band_power(noise, 7000, 8000) / reference), 0, 1);
  EXPECT_NEAR(10 * std::log10(band_power(noise, 100, 1100) / reference), 0, 1);
}

TEST(ColouredNoiseTest, PinkIsAsStrongInEveryOctave) {
  Random random(2);
  const Wave noise = pink_noise(320000, random);
  const double reference = band_power(noise, 1000, 2000);
  for (const double low : {62.5, 125.0, 250.0, 500.0, 2000.0, 3500.0}) {
    EXPECT_NEAR(10 * std::log10(band_power(noise, low, 2 * low) / reference), 0, 1) << low;
  }
}

TEST(ColouredNoiseTest, PinkFallsByThreeDecibelsAnOctave) {
  // Over three octaves and this many windows the slope is known to a tenth of a decibel.
  double slope = 0;
  for (const uint64_t seed : {3, 4, 5}) {
    Random random(seed);
    const Wave noise = pink_noise(320000, random);
    const double high = band_power(noise, 2000, 4000) / 2000;
    const double low = band_power(noise, 250, 500) / 250;
    slope += 10 * std::log10(high / low) / 3 / 3;
  }
  EXPECT_NEAR(slope, -3.01, 0.15);
}

TEST(RejectBandTest, NothingAtTheCentreHalfAtTheEdges) {
  EXPECT_NEAR(loss_db(1000, 1000, 2000), 3.01, 0.02);
  EXPECT_NEAR(loss_db(2000, 1000, 2000), 3.01, 0.02);
  const double centre = std::atan(std::sqrt(std::tan(kPi / 16) * std::tan(kPi / 8))) / kPi * 16000;
  EXPECT_GT(loss_db(centre, 1000, 2000), 60);
  EXPECT_NEAR(loss_db(100, 1000, 2000), 0, 0.1);
  EXPECT_NEAR(loss_db(7500, 1000, 2000), 0, 0.1);
}

TEST(RejectBandTest, RandomBandsStayFiniteAndTakeSomething) {
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    Random noise(static_cast<uint64_t>(i));
    Wave wave = white_noise(4000, noise);
    const double before = energy(wave);
    reject_random_band(wave, 8000, random);
    EXPECT_LT(energy(wave), before);
    EXPECT_TRUE(std::isfinite(energy(wave)));
  }
}

NoiseOptions certain() {
  NoiseOptions options;
  options.chance = 1;
  options.kinds = {"white"};
  return options;
}

Wave speech() {
  Random random(9);
  Wave wave(8000);
  for (float& sample : wave) {
    sample = static_cast<float>(random.uniform(-0.1, 0.1));
  }
  return wave;
}

/// The ratio that a clip got; nothing if it stayed as it was.
std::optional<double> snr_of(const NoiseOptions& options, int64_t clip, double low = -5) {
  const Wave clean = speech();
  Wave noisy = clean;
  mix_training_noise(options, {}, low, ClipRandom(1, 0, std::to_string(clip)), noisy);
  Wave added(clean.size());
  for (size_t i = 0; i < clean.size(); ++i) {
    added[i] = noisy[i] - clean[i];
  }
  return energy(added) > 0 ? std::optional(10 * std::log10(energy(clean) / energy(added)))
                           : std::nullopt;
}

TEST(MixTrainingNoiseTest, TheListOfRatiosIsDrawnFromEvenlyAndMetExactly) {
  NoiseOptions options = certain();
  options.snr = {"-5", "0", "5", "10", "15", "20", "clean"};
  options.snr_low = 100;  // a list leaves the range alone
  options.validate();
  std::map<int, int> counts;
  for (int64_t clip = 0; clip < 1400; ++clip) {
    const std::optional<double> snr = snr_of(options, clip);
    const int rounded = snr ? static_cast<int>(std::lround(*snr)) : 999;
    if (snr) {
      EXPECT_NEAR(*snr, rounded, 1e-4);
    }
    ++counts[rounded];
  }
  ASSERT_EQ(counts.size(), 7U);
  for (const int snr : {-5, 0, 5, 10, 15, 20, 999}) {
    EXPECT_NEAR(counts[snr], 200, 65) << snr;  // five deviations of 13
  }
}

TEST(MixTrainingNoiseTest, ARangeWhoseLowestEndFalls) {
  NoiseOptions options = certain();
  for (int64_t clip = 0; clip < 100; ++clip) {
    EXPECT_GE(*snr_of(options, clip, 12), 12 - 1e-4);
    EXPECT_LE(*snr_of(options, clip, 12), 20 + 1e-4);
  }
}

TEST(MixTrainingNoiseTest, KindsByTheirShares) {
  NoiseOptions options = certain();
  options.kinds = {"white", "files", "babble"};
  options.shares = {3, 1, 0};
  options.files = {"music.wav"};
  options.only = 1;
  options.validate();
  NoiseSources sources;
  sources.files = {std::make_shared<Wave>(100, 0.25F), std::make_shared<Wave>(100, 0.75F)};
  std::map<double, int> counts;
  for (int64_t clip = 0; clip < 1000; ++clip) {
    Wave wave = speech();
    EXPECT_EQ(
        mix_training_noise(options, sources, 0, ClipRandom(1, 0, std::to_string(clip)), wave), 0);
    ++counts[wave[0] == wave[1] ? wave[0] : 0];
  }
  EXPECT_NEAR(counts[0], 750, 70);
  EXPECT_NEAR(counts[0.25], 125, 55);
  EXPECT_NEAR(counts[0.75], 125, 55);
  EXPECT_FALSE(options.uses("babble"));
  EXPECT_TRUE(options.uses("files"));
}

TEST(MixTrainingNoiseTest, TheKindDoesNotMoveTheRatio) {
  NoiseOptions white = certain();
  NoiseOptions pink = certain();
  pink.kinds = {"pink"};
  for (int64_t clip = 0; clip < 20; ++clip) {
    EXPECT_NEAR(*snr_of(white, clip), *snr_of(pink, clip), 1e-4);
  }
}

TEST(NoiseOptionsTest, RefusesWhatCannotBe) {
  const auto refused = [](const std::function<void(NoiseOptions&)>& change) {
    NoiseOptions options;
    change(options);
    EXPECT_THROW(options.validate(), ConfigError);
  };
  NoiseOptions().validate();
  refused([](auto& o) { o.kinds = {"brown"}; });
  refused([](auto& o) { o.kinds.clear(); });
  refused([](auto& o) { o.talkers.clear(); });
  refused([](auto& o) { o.shares = {1, 2}; });
  refused([](auto& o) { o.shares = {0}; });
  refused([](auto& o) { o.kinds = {"files"}; });
  refused([](auto& o) { o.files = {"music"}; });
  refused([](auto& o) { o.snr = {"0", "loud"}; });
  refused([](auto& o) { o.snr = {"5 dB"}; });
  refused([](auto& o) { o.snr = {""}; });
}

}  // namespace
}  // namespace sotto::datasets
