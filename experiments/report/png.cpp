#include "experiments/report/png.h"

#include <zlib.h>

#include "common/base64.h"
#include "common/error.h"

namespace sotto::experiments {
namespace {

using Bytes = std::vector<uint8_t>;

void append_number(Bytes& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<uint8_t>(value >> shift & 255U));
  }
}

void append_chunk(Bytes& png, const char* type, const Bytes& data) {
  append_number(png, static_cast<uint32_t>(data.size()));
  Bytes body(type, type + 4);
  body.insert(body.end(), data.begin(), data.end());
  png.insert(png.end(), body.begin(), body.end());
  append_number(
      png, static_cast<uint32_t>(::crc32(0, body.data(), static_cast<uInt>(body.size()))));
}

Bytes compressed(const Bytes& raw) {
  uLongf size = ::compressBound(raw.size());
  Bytes packed(size);
  if (::compress2(packed.data(), &size, raw.data(), raw.size(), Z_BEST_COMPRESSION) != Z_OK) {
    throw Error("png: zlib could not compress a picture");
  }
  packed.resize(size);
  return packed;
}

}  // namespace

Bytes encode_png(int64_t rows, int64_t columns, int64_t channels, const Bytes& pixels) {
  const bool known = channels == 1 || channels == 3 || channels == 4;
  if (!known || rows < 1 || columns < 1 ||
      static_cast<int64_t>(pixels.size()) != rows * columns * channels) {
    throw Error("png: the pixels are not those of the picture");
  }
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  append_number(header, static_cast<uint32_t>(columns));
  append_number(header, static_cast<uint32_t>(rows));
  const uint8_t type = channels == 1 ? 0 : channels == 3 ? 2 : 6;
  for (const uint8_t byte : {uint8_t{8}, type, uint8_t{0}, uint8_t{0}, uint8_t{0}}) {
    header.push_back(byte);
  }
  append_chunk(png, "IHDR", header);
  Bytes raw;  // each row begins with its filter: none
  raw.reserve(pixels.size() + static_cast<size_t>(rows));
  const int64_t width = columns * channels;
  for (int64_t row = 0; row < rows; ++row) {
    raw.push_back(0);
    raw.insert(raw.end(), pixels.begin() + row * width, pixels.begin() + (row + 1) * width);
  }
  append_chunk(png, "IDAT", compressed(raw));
  append_chunk(png, "IEND", {});
  return png;
}

std::string png_address(int64_t rows, int64_t columns, int64_t channels, const Bytes& pixels) {
  return "data:image/png;base64," + to_base64(encode_png(rows, columns, channels, pixels));
}

}  // namespace sotto::experiments
