#include "datasets/media/orientation.h"

#include <cstdlib>
#include <cstring>

namespace sotto::datasets {

// The matrix maps a stored point (p, q) to p' = a p + c q, q' = b p + d q (plus a shift), with
// a, b in its first row and c, d in its second.
Orientation orientation_of(const int32_t* display_matrix) {
  Orientation result;
  if (display_matrix == nullptr) {
    return result;
  }
  const int64_t a = display_matrix[0];
  const int64_t b = display_matrix[1];
  const int64_t c = display_matrix[3];
  const int64_t d = display_matrix[4];
  result.transpose = std::llabs(b) + std::llabs(c) > std::llabs(a) + std::llabs(d);
  result.mirror_x = (result.transpose ? c : a) < 0;
  result.mirror_y = (result.transpose ? b : d) < 0;
  return result;
}

Picture turned(
    const uint8_t* pixels,
    int64_t height,
    int64_t width,
    int64_t channels,
    int64_t stride,
    const Orientation& orientation) {
  Picture out;
  out.height = orientation.transpose ? width : height;
  out.width = orientation.transpose ? height : width;
  out.channels = channels;
  out.pixels.resize(out.height * out.width * channels);
  uint8_t* to = out.pixels.data();
  for (int64_t y = 0; y < out.height; ++y) {
    const int64_t v = orientation.mirror_y ? out.height - 1 - y : y;
    if (!orientation.transpose && !orientation.mirror_x) {
      std::memcpy(to, pixels + v * stride, out.width * channels);
      to += out.width * channels;
      continue;
    }
    for (int64_t x = 0; x < out.width; ++x) {
      const int64_t u = orientation.mirror_x ? out.width - 1 - x : x;
      const uint8_t* from = orientation.transpose ? pixels + u * stride + v * channels
                                                  : pixels + v * stride + u * channels;
      for (int64_t k = 0; k < channels; ++k) {
        *to++ = from[k];
      }
    }
  }
  return out;
}

}  // namespace sotto::datasets
