#include "experiments/doctor_clips.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace sotto::experiments {
namespace {

using datasets::Crop;

constexpr int64_t kBorder = 8;

/// The means of colours.
Crop grey_of(const Crop& crop) {
  if (crop.channels == 1) {
    return crop;
  }
  Crop grey = {crop.frames, crop.height, crop.width, 1, {}};
  grey.pixels.reserve(crop.pixels.size() / 3);
  for (size_t i = 0; i + 2 < crop.pixels.size(); i += 3) {
    grey.pixels.push_back(
        static_cast<uint8_t>((crop.pixels[i] + crop.pixels[i + 1] + crop.pixels[i + 2] + 1) / 3));
  }
  return grey;
}

void measure_grey(const Crop& lips, int64_t window, ClipMeasures& clip) {
  const int64_t size = std::min({window, lips.height, lips.width});
  const int64_t top = (lips.height - size) / 2;
  const int64_t left = (lips.width - size) / 2;
  std::array<int64_t, 256> counts = {};
  for (int64_t t = 0; t < lips.frames; ++t) {
    for (int64_t y = top; y < top + size; ++y) {
      const uint8_t* row = lips.pixels.data() + (t * lips.height + y) * lips.width + left;
      for (int64_t x = 0; x < size; ++x) {
        ++counts[row[x]];
      }
    }
  }
  const auto total = static_cast<double>(lips.frames * size * size);
  for (size_t value = 0; value < counts.size(); ++value) {
    const double grey = static_cast<double>(value) / 255;
    const double share = static_cast<double>(counts[value]) / total;
    clip.grey_mean += share * grey;
    clip.grey_square += share * grey * grey;
  }
  clip.clipped = static_cast<double>(counts.front() + counts.back()) / total;
}

/// Sums over a clip of how every pixel changes from one picture to the next.
struct Changes {
  std::vector<uint64_t> sizes;
  std::vector<uint64_t> squares;

  explicit Changes(const Crop& lips)
      : sizes(static_cast<size_t>(lips.frame_bytes())),
        squares(static_cast<size_t>(lips.frame_bytes())) {
    for (int64_t t = 1; t < lips.frames; ++t) {
      const uint8_t* now = lips.pixels.data() + t * lips.frame_bytes();
      const uint8_t* before = now - lips.frame_bytes();
      for (size_t i = 0; i < sizes.size(); ++i) {
        const auto size = static_cast<uint32_t>(std::abs(now[i] - before[i]));
        sizes[i] += size;
        squares[i] += size * size;
      }
    }
  }
};

void measure_motion(const Crop& lips, ClipMeasures& clip) {
  const int64_t H = lips.height;
  const int64_t W = lips.width;
  const Changes changes(lips);
  double total = 0;
  double border = 0;
  double middle = 0;
  int64_t border_count = 0;
  int64_t middle_count = 0;
  double weight = 0;
  double x_sum = 0;
  double y_sum = 0;
  for (int64_t y = 0; y < H; ++y) {
    for (int64_t x = 0; x < W; ++x) {
      const auto size = static_cast<double>(changes.sizes[static_cast<size_t>(y * W + x)]);
      const auto square = static_cast<double>(changes.squares[static_cast<size_t>(y * W + x)]);
      total += size;
      weight += square;
      x_sum += square * (static_cast<double>(x) - 0.5 * static_cast<double>(W - 1));
      y_sum += square * (static_cast<double>(y) - 0.5 * static_cast<double>(H - 1));
      if (x < kBorder || y < kBorder || x >= W - kBorder || y >= H - kBorder) {
        border += size;
        ++border_count;
      } else if (x >= W / 6 && x < W - W / 6 && y >= H / 4 && y < H - H / 5) {
        middle += size;
        ++middle_count;
      }
    }
  }
  clip.motion = total / static_cast<double>(std::max<int64_t>(1, lips.frames - 1) * H * W);
  if (weight > 0) {
    clip.motion_x = x_sum / weight;
    clip.motion_y = y_sum / weight;
  }
  if (middle > 0 && border_count > 0) {
    clip.border_motion =
        border / static_cast<double>(border_count) / (middle / static_cast<double>(middle_count));
  }
}

/// Grey and motion of one block of a picture, 0 motion in the first.
std::pair<float, float> block_of(
    const Crop& lips, int64_t t, int64_t top, int64_t left, int64_t height, int64_t width) {
  int64_t grey = 0;
  int64_t motion = 0;
  for (int64_t y = top; y < top + height; ++y) {
    const uint8_t* now = lips.pixels.data() + (t * lips.height + y) * lips.width + left;
    const uint8_t* before = t > 0 ? now - lips.frame_bytes() : now;
    for (int64_t x = 0; x < width; ++x) {
      grey += now[x];
      motion += std::abs(now[x] - before[x]);
    }
  }
  const auto count = static_cast<float>(height * width);
  return {static_cast<float>(grey) / count, static_cast<float>(motion) / count};
}

void measure_blocks(const Crop& lips, int64_t frames, ClipMeasures& clip) {
  const int64_t G = kSyncGrid;
  const int64_t block_h = lips.height * 2 / 3 / G;
  const int64_t block_w = lips.width * 2 / 3 / G;
  const int64_t top = (lips.height - G * block_h) / 2;
  const int64_t left = (lips.width - G * block_w) / 2;
  if (block_h < 1 || block_w < 1) {
    return;
  }
  for (int64_t t = 0; t < frames; ++t) {
    std::vector<float> row(static_cast<size_t>(2 * G * G));
    for (int64_t block = 0; block < G * G; ++block) {
      const auto [grey, motion] = block_of(
          lips, t, top + block / G * block_h, left + block % G * block_w, block_h, block_w);
      row[static_cast<size_t>(block)] = grey;
      row[static_cast<size_t>(block + G * G)] = motion;
    }
    clip.features.push_back(std::move(row));
  }
  if (clip.features.size() > 1) {  // nothing is before the first picture
    std::copy(
        clip.features[1].begin() + G * G, clip.features[1].end(), clip.features[0].begin() + G * G);
  }
}

void measure_sound(const std::vector<float>& wave, int64_t frames, ClipMeasures& clip) {
  double total = 0;
  for (const float sample : wave) {
    total += static_cast<double>(sample) * sample;
  }
  clip.loudness = wave.empty() ? 0 : std::sqrt(total / static_cast<double>(wave.size()));
  for (int64_t t = 0; t < frames; ++t) {
    double power = 0;
    for (int64_t i = 0; i < datasets::kSamplesPerFrame; ++i) {
      const double sample = wave[static_cast<size_t>(t * datasets::kSamplesPerFrame + i)];
      power += sample * sample;
    }
    clip.energy.push_back(
        static_cast<float>(std::log10(power / datasets::kSamplesPerFrame + 1e-6)));
  }
}

}  // namespace

ClipMeasures measure_clip(
    const datasets::Utterance& utterance, const datasets::InputOptions& inputs) {
  ClipMeasures clip;
  clip.id = utterance.id;
  const auto found = utterance.crops.find("lips");
  const auto sound_frames =
      static_cast<int64_t>(utterance.wave.size()) / datasets::kSamplesPerFrame;
  clip.sound = sound_frames > 0;
  clip.lips = found != utterance.crops.end() && found->second.frames > 0;
  int64_t frames = 0;
  if (clip.lips) {
    const Crop lips = grey_of(found->second);
    const Crop* read = datasets::crop_to_read(utterance, inputs, utterance.id);
    measure_grey(read == &found->second ? lips : grey_of(*read), inputs.window, clip);
    measure_motion(lips, clip);
    frames = clip.sound ? std::min({lips.frames, sound_frames, kSyncFrames}) : 0;
    measure_blocks(lips, frames, clip);
  }
  measure_sound(utterance.wave, frames, clip);
  return clip;
}

}  // namespace sotto::experiments
