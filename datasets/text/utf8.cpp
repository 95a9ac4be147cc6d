#include "datasets/text/utf8.h"

#include <cstdint>

namespace sotto::datasets {
namespace {

size_t announced_length(unsigned char lead) {
  if (lead >= 0xF0 && lead < 0xF8) {
    return 4;
  }
  if (lead >= 0xE0) {
    return lead < 0xF0 ? 3 : 1;
  }
  return lead >= 0xC0 ? 2 : 1;
}

}  // namespace

size_t utf8_length(std::string_view text, size_t position) {
  const size_t length = announced_length(static_cast<unsigned char>(text[position]));
  if (position + length > text.size()) {
    return 1;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[position + i]) & 0xC0) != 0x80) {
      return 1;
    }
  }
  return length;
}

std::vector<std::string> utf8_characters(std::string_view text) {
  std::vector<std::string> characters;
  characters.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = utf8_length(text, i);
    characters.emplace_back(text.substr(i, length));
    i += length;
  }
  return characters;
}

bool is_utf8(std::string_view text) {
  static constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = utf8_length(text, i);
    if (length == 1 && lead >= 0x80) {
      return false;
    }
    uint32_t character = length == 1 ? lead : lead & (0x7Fu >> length);
    for (size_t k = 1; k < length; ++k) {
      character = character << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    }
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < kLeast[length] || character > 0x10FFFF || surrogate) {
      return false;
    }
    i += length;
  }
  return true;
}

void append_utf8(std::string& text, char32_t character) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | ((character >> shift) & 0x3F));
  };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += {static_cast<char>(0xC0 | (character >> 6)), tail(0)};
  } else if (character < 0x10000) {
    text += {static_cast<char>(0xE0 | (character >> 12)), tail(6), tail(0)};
  } else {
    text += {static_cast<char>(0xF0 | (character >> 18)), tail(12), tail(6), tail(0)};
  }
}

}  // namespace sotto::datasets
