#include "decoding/transcript_text.h"

#include <cstdint>

#include "datasets/text/utf8.h"

namespace sotto::decoding {
namespace {

struct Block {
  uint32_t first;
  uint32_t last;
};

// Unicode blocks. Hangul is not among them: Korean parts words by blanks.
constexpr Block kUnspaced[] = {
    {0x2E80, 0x303E},  // CJK radicals, symbols and punctuation
    {0x3040, 0x312F},  // hiragana, katakana, bopomofo
    {0x3190, 0x31FF},  // annotations, strokes, extended kana
    {0x3400, 0x4DBF},  // Han, extension A
    {0x4E00, 0x9FFF},  // Han
    {0xF900, 0xFAFF},  // compatibility ideographs
    {0xFE30, 0xFE4F},  // vertical punctuation
    {0xFF01, 0xFF0F},  // full-width punctuation
    {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF9F},    // with half-width katakana
    {0x20000, 0x323AF},  // Han, further extensions
};

uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  uint32_t code = character.size() == 1 ? lead : lead & (0x7Fu >> character.size());
  for (size_t i = 1; i < character.size(); ++i) {
    code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3Fu);
  }
  return code;
}

bool is_hangul(uint32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0xAC00 && code <= 0xD7A3);
}

bool begins_unspaced(std::string_view word) {
  return !word.empty() && is_unspaced(word.substr(0, datasets::utf8_length(word, 0)));
}

bool ends_unspaced(std::string_view word) {
  size_t start = word.empty() ? 0 : word.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(word[start]) & 0xC0) == 0x80) {
    --start;
  }
  return begins_unspaced(word.substr(start));
}

}  // namespace

bool is_unspaced(std::string_view character) {
  const uint32_t code = code_point(character);
  for (const Block& block : kUnspaced) {
    if (code >= block.first && code <= block.last) {
      return character.size() > 1;
    }
  }
  return false;
}

void append_reading(Reading& before, const Reading& later) {
  if (!later.text.empty()) {
    before.text = join_words({before.text, later.text});
  }
  before.tokens.insert(before.tokens.end(), later.tokens.begin(), later.tokens.end());
  before.score += later.score;
  for (const auto& [name, value] : later.parts) {
    before.parts[name] += value;
  }
}

std::string join_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty() && !(ends_unspaced(text) && begins_unspaced(word))) {
      text += ' ';
    }
    text += word;
  }
  return text;
}

std::string words_text(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const Word& word : words) {
    texts.push_back(word.word);
  }
  return join_words(texts);
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, datasets::utf8_length(text, i));
    width += is_unspaced(character) || is_hangul(code_point(character)) ? 2 : 1;
    i += character.size();
  }
  return width;
}

std::vector<std::string> split_unspaced(std::string_view word) {
  std::vector<std::string> parts;
  bool grows = false;
  for (size_t i = 0; i < word.size();) {
    const std::string_view character = word.substr(i, datasets::utf8_length(word, i));
    const bool alone = is_unspaced(character);
    if (grows && !alone) {
      parts.back() += character;
    } else {
      parts.emplace_back(character);
    }
    grows = !alone;
    i += character.size();
  }
  return parts;
}

}  // namespace sotto::decoding
