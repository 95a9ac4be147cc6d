#include "datasets/time_mask.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "datasets/augment.h"

namespace sotto::datasets {
namespace {

TEST(AdaptiveMasksTest, AsManyAsThePublishedFormulaSays) {
  // n = floor((T + S - 0.1) / S), all of them kept: t = 0 and T <= t aside.
  for (const int64_t T : {1, 24, 25, 26, 50, 51, 375}) {
    const auto n = static_cast<size_t>((static_cast<double>(T) + 25 - 0.1) / 25);
    size_t most = 0;
    for (uint64_t seed = 0; seed < 300; ++seed) {
      Random random(seed);
      const auto runs = adaptive_masks(T, 10, 25, random);
      EXPECT_LE(runs.size(), n) << T;
      most = std::max(most, runs.size());
      for (const auto& [begin, end] : runs) {
        EXPECT_GE(begin, 0);
        EXPECT_LT(begin, T);
        EXPECT_LE(begin, end);
        EXPECT_LE(end, T);
        EXPECT_LE(end - begin, 9);
      }
    }
    EXPECT_EQ(
        most,
        T == 1   ? 0U
        : n < 10 ? n
                 : most)
        << T;  // T <= t leaves out all runs of one frame
  }
}

TEST(AdaptiveMasksTest, LengthsAndBeginsAreDrawnForThemselves) {
  // Of 10 lengths t one is 0 and skipped; e is 0 to 9, a mean of 4.5, and cut at T only.
  constexpr int64_t kT = 100000;
  int64_t runs = 0;
  int64_t length = 0;
  double begins = 0;
  std::set<int64_t> lengths;
  Random random(5);
  for (const auto& [begin, end] : adaptive_masks(kT, 10, 10, random)) {
    ++runs;
    length += end - begin;
    lengths.insert(end - begin);
    begins += static_cast<double>(begin);
  }
  EXPECT_NEAR(static_cast<double>(runs), 9000, 150);  // five deviations of 30
  EXPECT_NEAR(static_cast<double>(length) / static_cast<double>(runs), 4.5, 0.16);
  EXPECT_EQ(lengths.size(), 10U);
  EXPECT_NEAR(begins / static_cast<double>(runs), kT / 2.0, 1600);
}

TEST(AdaptiveMasksTest, WithoutAWindowNothing) {
  Random random(1);
  EXPECT_TRUE(adaptive_masks(100, 0, 25, random).empty());
  EXPECT_TRUE(adaptive_masks(0, 10, 25, random).empty());
}

TEST(AugmentPicturesTest, MaskedPicturesAreBlackBeforeTheMeanIsTaken) {
  AugmentOptions options;
  options.time_mask.lips = 10;
  InputOptions inputs;
  inputs.window = 8;
  inputs.size = 8;
  constexpr int64_t kT = 250;
  std::vector<float> pictures(kT * 64, 1.0F);
  augment_pictures(options, inputs, ClipRandom(1, 0, "a"), true, pictures.data(), kT);
  int64_t masked = 0;
  for (int64_t t = 0; t < kT; ++t) {
    const float first = pictures[static_cast<size_t>(64 * t)];
    EXPECT_TRUE(
        std::all_of(pictures.begin() + 64 * t, pictures.begin() + 64 * (t + 1), [&](float value) {
          return value == first;
        }));
    if (first != 1.0F) {
      EXPECT_NEAR(first, -2.5515, 1e-4);  // (0 - 0.421) / 0.165
      ++masked;
    }
  }
  EXPECT_GT(masked, 10);
  EXPECT_LE(masked, 90);
  std::vector<float> early(kT * 64, 1.0F);
  augment_pictures(options, inputs, ClipRandom(1, 0, "a"), false, early.data(), kT);
  EXPECT_EQ(early, std::vector<float>(kT * 64, 1.0F));
}

TEST(AugmentWaveTest, MaskedSoundIsSilent) {
  AugmentOptions options;
  options.time_mask.wave = 6400;
  std::vector<float> wave(160000, 0.5F);
  augment_wave(options, ClipRandom(1, 0, "a"), true, wave);
  const auto silent = std::count(wave.begin(), wave.end(), 0.0F);
  EXPECT_EQ(silent + std::count(wave.begin(), wave.end(), 0.5F), 160000);
  EXPECT_GT(silent, 6400);
  EXPECT_LT(silent, 10 * 6400);
}

TEST(AugmentWaveTest, OneMaskDoesNotMoveTheOther) {
  AugmentOptions published;
  published.time_mask.wave = 6400;
  AugmentOptions both = published;
  both.wave_mask = 0.4;
  both.wave_mask_chance = 1;
  both.speed_chance = 1;
  std::vector<float> one(160000, 0.5F);
  std::vector<float> two(160000, 0.5F);
  augment_wave(published, ClipRandom(1, 0, "a"), true, one);
  augment_wave(both, ClipRandom(1, 0, "a"), true, two);
  for (size_t i = 0; i < one.size(); ++i) {
    ASSERT_TRUE(one[i] != 0 || two[i] == 0);  // what was masked still is
  }
  EXPECT_NE(one, two);
}

}  // namespace
}  // namespace sotto::datasets
