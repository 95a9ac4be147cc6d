#include "datasets/lips_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/error.h"
#include "datasets/media/picture.h"

namespace sotto::datasets {
namespace {

/// Where one output pixel reads: four neighbours in a frame and their weights.
struct Tap {
  int32_t offsets[4];
  float weights[4];
};

Tap tap_at(double x, double y, int64_t width, int64_t height) {
  const double left = std::floor(x);
  const double top = std::floor(y);
  const auto fx = static_cast<float>(x - left);
  const auto fy = static_cast<float>(y - top);
  const auto column = [&](double c) {
    return static_cast<int64_t>(std::clamp(c, 0.0, static_cast<double>(width - 1)));
  };
  const auto row = [&](double r) {
    return static_cast<int64_t>(std::clamp(r, 0.0, static_cast<double>(height - 1)));
  };
  Tap tap = {};
  for (int i = 0; i < 4; ++i) {
    tap.offsets[i] =
        static_cast<int32_t>(row(top + i / 2) * width + column(left + i % 2));
    tap.weights[i] = (i % 2 != 0 ? fx : 1 - fx) * (i / 2 != 0 ? fy : 1 - fy);
  }
  return tap;
}

std::vector<Tap> taps_of(const Crop& crop, const InputOptions& options, const LipsView& view) {
  const double step = static_cast<double>(options.window) / static_cast<double>(options.size);
  const double middle = static_cast<double>(options.size) / 2;
  const double cosine = std::cos(view.rotation_rad) * view.scale;
  const double sine = std::sin(view.rotation_rad) * view.scale;
  std::vector<Tap> taps;
  taps.reserve(static_cast<size_t>(options.size * options.size));
  for (int64_t i = 0; i < options.size; ++i) {
    for (int64_t j = 0; j < options.size; ++j) {
      const double u = (static_cast<double>(j) + 0.5 - middle) * step * (view.flip ? -1 : 1);
      const double v = (static_cast<double>(i) + 0.5 - middle) * step;
      const double x = static_cast<double>(crop.width) / 2 + view.shift_x + cosine * u - sine * v;
      const double y = static_cast<double>(crop.height) / 2 + view.shift_y + sine * u + cosine * v;
      taps.push_back(tap_at(x - 0.5, y - 0.5, crop.width, crop.height));
    }
  }
  return taps;
}

Crop grey_of(const Crop& crop) {
  if (crop.channels != 3) {
    throw DataError(
        "lips: expected grey or RGB pictures, got " + std::to_string(crop.channels) + " channels");
  }
  const Picture rows = to_grey({crop.frames * crop.height, crop.width, 3, crop.pixels});
  return {crop.frames, crop.height, crop.width, 1, rows.pixels};
}

/// What saturation and hue do to a pixel: its luma stays, its two differences of colour (as in
/// YCbCr) are turned and scaled.
class ColourChange {
 public:
  explicit ColourChange(const LipsView& view)
      : plain_(view.saturation == 1 && view.hue_rad == 0),
        cosine_(static_cast<float>(view.saturation * std::cos(view.hue_rad))),
        sine_(static_cast<float>(view.saturation * std::sin(view.hue_rad))) {}

  void operator()(std::array<float, 3>& rgb) const {
    if (plain_) {
      return;
    }
    constexpr float kRed = 0.299F;
    constexpr float kGreen = 0.587F;
    constexpr float kBlue = 0.114F;
    const float luma = kRed * rgb[0] + kGreen * rgb[1] + kBlue * rgb[2];
    const float blue = (rgb[2] - luma) / (2 - 2 * kBlue);
    const float red = (rgb[0] - luma) / (2 - 2 * kRed);
    rgb[0] = luma + (2 - 2 * kRed) * (cosine_ * red + sine_ * blue);
    rgb[2] = luma + (2 - 2 * kBlue) * (cosine_ * blue - sine_ * red);
    rgb[1] = (luma - kRed * rgb[0] - kBlue * rgb[2]) / kGreen;
  }

 private:
  bool plain_;
  float cosine_;
  float sine_;
};

void view_colour(
    const Crop& crop, const std::vector<Tap>& taps, const ColourChange& change, float gain,
    float offset, float* out) {
  for (int64_t t = 0; t < crop.frames; ++t) {
    const uint8_t* frame = crop.pixels.data() + t * crop.frame_bytes();
    float* picture = out + t * 3 * static_cast<int64_t>(taps.size());
    for (size_t p = 0; p < taps.size(); ++p) {
      std::array<float, 3> rgb = {};
      for (int i = 0; i < 4; ++i) {
        const uint8_t* pixel = frame + 3 * taps[p].offsets[i];
        for (size_t c = 0; c < 3; ++c) {
          rgb[c] += taps[p].weights[i] * static_cast<float>(pixel[c]);
        }
      }
      change(rgb);
      for (size_t c = 0; c < 3; ++c) {
        picture[c * taps.size() + p] = rgb[c] * gain + offset;
      }
    }
  }
}

}  // namespace

void view_lips(const Crop& crop, const InputOptions& options, const LipsView& view, float* out) {
  if (crop.channels != 1 && !options.colour) {
    return view_lips(grey_of(crop), options, view, out);
  }
  if (options.colour && crop.channels != 3) {
    throw DataError(
        "lips: expected RGB pictures, got " + std::to_string(crop.channels) + " channels");
  }
  const std::vector<Tap> taps = taps_of(crop, options, view);
  const auto gain = static_cast<float>(view.contrast / (255.0 * options.deviation));
  const auto offset = static_cast<float>(
      view.brightness - view.contrast * options.mean / options.deviation);
  if (options.colour) {
    return view_colour(crop, taps, ColourChange(view), gain, offset, out);
  }
  for (int64_t t = 0; t < crop.frames; ++t) {
    const uint8_t* frame = crop.pixels.data() + t * crop.frame_bytes();
    for (const Tap& tap : taps) {
      float grey = 0;
      for (int i = 0; i < 4; ++i) {
        grey += tap.weights[i] * static_cast<float>(frame[tap.offsets[i]]);
      }
      *out++ = grey * gain + offset;
    }
  }
}

}  // namespace sotto::datasets
