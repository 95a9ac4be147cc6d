#include "datasets/faces/warp.h"

#include <algorithm>
#include <cmath>

namespace sotto::datasets {
namespace {

constexpr int kFineBits = 10;  // positions are summed in 1/1024 pixel
constexpr int kStepBits = 5;   // and rounded to 1/32 pixel

int64_t fine(double value) {
  // Far outside any picture either way; keeps damaged landmarks from overflowing.
  const double limited = std::clamp(value * (1 << kFineBits), -1e12, 1e12);
  return std::llrint(limited);
}

template <int kChannels>
void sample(const Picture& picture, int64_t fine_x, int64_t fine_y, uint8_t* out) {
  constexpr int kShift = kFineBits - kStepBits;
  const int64_t step_x = fine_x >> kShift;
  const int64_t step_y = fine_y >> kShift;
  const int64_t x = step_x >> kStepBits;
  const int64_t y = step_y >> kStepBits;
  const int right = static_cast<int>(step_x & 31);
  const int below = static_cast<int>(step_y & 31);
  const int64_t width = picture.width;
  const int64_t height = picture.height;
  const uint8_t* pixels = picture.pixels.data();
  if (x >= 0 && y >= 0 && x + 1 < width && y + 1 < height) {
    const uint8_t* p = pixels + (y * width + x) * kChannels;
    const uint8_t* q = p + width * kChannels;
    for (int c = 0; c < kChannels; ++c) {
      const int top = p[c] * (32 - right) + p[c + kChannels] * right;
      const int bottom = q[c] * (32 - right) + q[c + kChannels] * right;
      out[c] = static_cast<uint8_t>((top * (32 - below) + bottom * below + 512) >> 10);
    }
    return;
  }
  for (int c = 0; c < kChannels; ++c) {
    const auto at = [&](int64_t u, int64_t v) {
      return u >= 0 && v >= 0 && u < width && v < height
                 ? int{pixels[(v * width + u) * kChannels + c]}
                 : 0;
    };
    const int top = at(x, y) * (32 - right) + at(x + 1, y) * right;
    const int bottom = at(x, y + 1) * (32 - right) + at(x + 1, y + 1) * right;
    out[c] = static_cast<uint8_t>((top * (32 - below) + bottom * below + 512) >> 10);
  }
}

template <int kChannels>
void warp(const Picture& picture, const Affine& back, int left, int top, int side, uint8_t* out) {
  constexpr int64_t kHalfStep = 1 << (kFineBits - kStepBits - 1);
  for (int y = top; y < top + side; ++y) {
    const int64_t row_x = fine(back.m[1] * y + back.m[2]) + kHalfStep;
    const int64_t row_y = fine(back.m[4] * y + back.m[5]) + kHalfStep;
    for (int x = left; x < left + side; ++x) {
      sample<kChannels>(picture, row_x + fine(back.m[0] * x), row_y + fine(back.m[3] * x), out);
      out += kChannels;
    }
  }
}

}  // namespace

void warp_window(
    const Picture& picture, const Affine& transform, int left, int top, int side, uint8_t* out) {
  const Affine back = transform.inverse();
  if (picture.channels == 1) {
    warp<1>(picture, back, left, top, side, out);
  } else {
    warp<3>(picture, back, left, top, side, out);
  }
}

}  // namespace sotto::datasets
