#include "datasets/lips_view.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kSide = 96;

Crop picture(const std::function<int64_t(int64_t row, int64_t column)>& grey) {
  Crop crop = {1, kSide, kSide, 1, {}};
  for (int64_t y = 0; y < kSide; ++y) {
    for (int64_t x = 0; x < kSide; ++x) {
      crop.pixels.push_back(static_cast<uint8_t>(grey(y, x)));
    }
  }
  return crop;
}

InputOptions plain(int64_t window, int64_t size) {
  InputOptions options;
  options.window = window;
  options.size = size;
  options.mean = 0;
  options.deviation = 1;
  return options;
}

/// Values of the first frame in grey levels, (size, size).
std::vector<float> view(const Crop& crop, const InputOptions& options, const LipsView& view = {}) {
  std::vector<float> out(static_cast<size_t>(crop.frames * options.size * options.size));
  view_lips(crop, options, view, out.data());
  for (float& value : out) {
    value *= 255;
  }
  return out;
}

int64_t scramble(int64_t y, int64_t x) {
  return (y * 31 + x * 17 + y * x) % 251;
}

TEST(LipsViewTest, APlainViewCopiesTheCentre) {
  const auto seen = view(picture(scramble), plain(88, 88));
  for (int64_t y = 0; y < 88; ++y) {
    for (int64_t x = 0; x < 88; ++x) {
      EXPECT_FLOAT_EQ(seen[static_cast<size_t>(y * 88 + x)], scramble(y + 4, x + 4));
    }
  }
}

TEST(LipsViewTest, AFlipMirrorsLeftAndRight) {
  const Crop crop = picture(scramble);
  LipsView flipped;
  flipped.flip = true;
  const auto straight = view(crop, plain(64, 32));
  const auto mirrored = view(crop, plain(64, 32), flipped);
  for (size_t y = 0; y < 32; ++y) {
    for (size_t x = 0; x < 32; ++x) {
      EXPECT_FLOAT_EQ(mirrored[y * 32 + x], straight[y * 32 + 31 - x]);
    }
  }
}

TEST(LipsViewTest, AShiftOfWholePixelsIsExactAndRepeatsEdges) {
  LipsView shifted;
  shifted.shift_x = 6;
  shifted.shift_y = -3;
  const auto seen = view(picture(scramble), plain(88, 88), shifted);
  for (int64_t y = 0; y < 88; ++y) {
    for (int64_t x = 0; x < 88; ++x) {
      const int64_t column = std::min<int64_t>(kSide - 1, x + 4 + 6);
      EXPECT_FLOAT_EQ(seen[static_cast<size_t>(y * 88 + x)], scramble(y + 4 - 3, column));
    }
  }
}

TEST(LipsViewTest, ResizingKeepsARamp) {
  // Bilinear samples of a plane lie on it: output pixel centres map to (j + 0.5 - 16) * 2 + 48.
  const auto seen = view(picture([](int64_t y, int64_t x) { return y + x; }), plain(64, 32));
  for (size_t y = 0; y < 32; ++y) {
    for (size_t x = 0; x < 32; ++x) {
      const double row = (static_cast<double>(y) + 0.5 - 16) * 2 + 48 - 0.5;
      const double column = (static_cast<double>(x) + 0.5 - 16) * 2 + 48 - 0.5;
      EXPECT_NEAR(seen[y * 32 + x], row + column, 1e-4);
    }
  }
}

TEST(LipsViewTest, AQuarterTurnAndAScale) {
  const Crop ramp = picture([](int64_t, int64_t x) { return 2 * x; });
  LipsView turned;
  turned.rotation_rad = M_PI / 2;
  const auto rows = view(ramp, plain(40, 40), turned);
  LipsView wide;
  wide.scale = 1.5;
  const auto wider = view(ramp, plain(40, 40), wide);
  for (size_t y = 0; y < 40; ++y) {
    for (size_t x = 0; x < 40; ++x) {
      const double v = static_cast<double>(y) + 0.5 - 20;
      const double u = static_cast<double>(x) + 0.5 - 20;
      EXPECT_NEAR(rows[y * 40 + x], 2 * (48 - v - 0.5), 1e-3);
      EXPECT_NEAR(wider[y * 40 + x], 2 * (48 + 1.5 * u - 0.5), 1e-3);
    }
  }
}

TEST(LipsViewTest, ContrastAndBrightnessActOnNormalisedValues) {
  InputOptions options;  // the published mean and deviation
  options.window = 8;
  options.size = 8;
  LipsView bright;
  bright.contrast = 1.1;
  bright.brightness = -0.3;
  std::vector<float> out(64);
  view_lips(picture([](int64_t, int64_t) { return 200; }), options, bright, out.data());
  const double normalised = (200 / 255.0 - 0.421) / 0.165;
  EXPECT_NEAR(out[0], 1.1 * normalised - 0.3, 1e-5);
  EXPECT_NEAR(out[63], 1.1 * normalised - 0.3, 1e-5);
}

TEST(LipsViewTest, OfColourTheGreyIsTaken) {
  Crop colour = {1, 8, 8, 3, {}};
  for (int i = 0; i < 64; ++i) {
    for (const int value : {255, 0, 100}) {
      colour.pixels.push_back(static_cast<uint8_t>(value));
    }
  }
  std::vector<float> out(64);
  view_lips(colour, plain(8, 8), {}, out.data());
  // 0.299 * 255 + 0.114 * 100 = 87.6
  EXPECT_NEAR(out[20], 88 / 255.0, 1e-5);
}

/// The first pixel's red, green and blue in a colour view of one colour, in levels.
std::vector<float> seen_colour(const std::vector<int64_t>& rgb, const LipsView& view = {}) {
  Crop colour = {2, 8, 8, 3, {}};
  for (int i = 0; i < 2 * 64; ++i) {
    for (const int64_t value : rgb) {
      colour.pixels.push_back(static_cast<uint8_t>(value));
    }
  }
  InputOptions options = plain(8, 8);
  options.colour = true;
  std::vector<float> out(2 * 3 * 64);
  view_lips(colour, options, view, out.data());
  std::vector<float> seen;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t p = 0; p < 64; ++p) {
      EXPECT_EQ(out[64 * c + p], out[64 * (c + 3) + p]);  // both frames
      EXPECT_EQ(out[64 * c + p], out[64 * c]);
    }
    seen.push_back(255 * out[64 * c]);
  }
  return seen;
}

double luma(const std::vector<float>& rgb) {
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

void expect_colour(const std::vector<float>& seen, const std::vector<double>& expected) {
  for (size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(seen[c], expected[c], 1e-2) << c;
  }
}

TEST(LipsViewTest, ColourIsThreePictures) {
  expect_colour(seen_colour({255, 10, 100}), {255, 10, 100});
}

TEST(LipsViewTest, SaturationMovesColoursToTheirGrey) {
  LipsView half;
  half.saturation = 0.5;
  LipsView none;
  none.saturation = 0;
  const double grey = 0.299 * 200 + 0.587 * 40 + 0.114 * 90;  // 93.54
  expect_colour(
      seen_colour({200, 40, 90}, half), {(200 + grey) / 2, (40 + grey) / 2, (90 + grey) / 2});
  expect_colour(seen_colour({200, 40, 90}, none), {grey, grey, grey});
}

TEST(LipsViewTest, HueTurnsAndKeepsBrightness) {
  constexpr double kPi = 3.14159265358979323846;
  LipsView turned;
  turned.hue_rad = 0.3;
  const auto seen = seen_colour({200, 40, 90}, turned);
  EXPECT_NEAR(luma(seen), luma({200, 40, 90}), 1e-2);
  EXPECT_GT(std::abs(seen[0] - 200), 5);
  expect_colour(seen_colour({120, 120, 120}, turned), {120, 120, 120});  // grey has none
  LipsView half_way;
  half_way.hue_rad = kPi;
  const double grey = luma({200, 40, 90});
  expect_colour(
      seen_colour({200, 40, 90}, half_way), {2 * grey - 200, 2 * grey - 40, 2 * grey - 90});
}

TEST(LipsViewTest, OfGreyNoColourIsMade) {
  InputOptions options = plain(8, 8);
  options.colour = true;
  std::vector<float> out(3 * 88 * 88);
  EXPECT_THROW(view_lips(picture(scramble), options, {}, out.data()), DataError);
}

TEST(LipsViewTest, TwoChannelsAreAFaultOfTheData) {
  const Crop odd = {1, 8, 8, 2, std::vector<uint8_t>(128)};
  std::vector<float> out(64);
  EXPECT_THROW(view_lips(odd, plain(8, 8), {}, out.data()), DataError);
}

}  // namespace
}  // namespace sotto::datasets
