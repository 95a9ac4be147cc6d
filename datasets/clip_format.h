#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

/// Clip files of a store: Matroska with one lossless FFV1 stream a crop (grey, or colour as BGR0),
/// its name in the stream's title, 25 pictures a second, and one FLAC stream of 16 kHz mono 16-bit
/// sound. Any player opens them.
namespace sotto::datasets::clip_format {

/// Small contexts and Golomb-Rice codes decode fastest; contexts kept over a second save a tenth.
inline constexpr const char* kVideoOptions[][2] = {
    {"level", "3"}, {"coder", "0"}, {"context", "0"}, {"slices", "4"}, {"slicecrc", "1"}};
inline constexpr int kKeyInterval = 25;

/// Sound as stored: round(x * 32768) kept within 16 bits.
inline constexpr float kSoundScale = 32768.0F;
inline int16_t stored_sample(float value) {
  const float scaled = std::nearbyint(value * kSoundScale);
  return static_cast<int16_t>(std::isnan(scaled) ? 0.0F : std::clamp(scaled, -32768.0F, 32767.0F));
}

/// Limits that a reader holds a file to before it takes memory.
inline constexpr int64_t kLargestSide = 4096;
inline constexpr int64_t kMostBytes = int64_t{4} << 30;

}  // namespace sotto::datasets::clip_format
