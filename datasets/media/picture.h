#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace sotto::datasets {

/// One picture, (H, W) grey or (H, W, 3) RGB, row-major without padding, one byte a value.
struct Picture {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;
  std::vector<uint8_t> pixels;
};

/// Pictures are shared: a frame shown longer than 1/25 s is the same picture twice.
using PicturePtr = std::shared_ptr<const Picture>;

/// The picture if it is grey, else its grey values: (0.299, 0.587, 0.114) in 15-bit fixed point,
/// rounded, as OpenCV.
Picture to_grey(const Picture& picture);

}  // namespace sotto::datasets
