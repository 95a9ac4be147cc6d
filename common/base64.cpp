#include "common/base64.h"

#include <array>

#include "common/error.h"

namespace sotto {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<int, 256> values() {
  std::array<int, 256> values;
  values.fill(-1);
  for (int i = 0; i < 64; ++i) {
    values[static_cast<uint8_t>(kDigits[i])] = i;
  }
  return values;
}

}  // namespace

std::string to_base64(const std::vector<uint8_t>& bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t three = uint32_t{bytes[i]} << 16 |
                           (left > 1 ? uint32_t{bytes[i + 1]} << 8 : 0U) |
                           (left > 2 ? uint32_t{bytes[i + 2]} : 0U);
    text += kDigits[three >> 18];
    text += kDigits[three >> 12 & 63];
    text += left > 1 ? kDigits[three >> 6 & 63] : '=';
    text += left > 2 ? kDigits[three & 63] : '=';
  }
  return text;
}

std::vector<uint8_t> from_base64(const std::string& text) {
  static const std::array<int, 256> kValues = values();
  const size_t end = text.find_last_not_of('=') + 1;
  if (text.size() % 4 != 0 || text.size() - end > 2) {
    throw DataError("base64: expected groups of four characters");
  }
  std::vector<uint8_t> bytes;
  bytes.reserve(end * 3 / 4);
  uint32_t held = 0;
  int bits = 0;
  for (size_t i = 0; i < end; ++i) {
    const int value = kValues[static_cast<uint8_t>(text[i])];
    if (value < 0) {
      throw DataError("base64: character " + std::to_string(i + 1) + " does not belong there");
    }
    held = held << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<uint8_t>(held >> bits & 255));
    }
  }
  return bytes;
}

}  // namespace sotto
