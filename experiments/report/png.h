#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// A PNG file (ISO/IEC 15948) of a picture of 8 bits a channel.
/// @param channels  1 grey, 3 RGB, 4 RGB with alpha; `pixels` has rows * columns * channels values.
std::vector<uint8_t> encode_png(
    int64_t rows, int64_t columns, int64_t channels, const std::vector<uint8_t>& pixels);

/// The same as a `data:` address for a page.
std::string png_address(
    int64_t rows, int64_t columns, int64_t channels, const std::vector<uint8_t>& pixels);

}  // namespace sotto::experiments
