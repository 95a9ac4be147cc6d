#include <cctype>

#include "datasets/synth/speech.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets::synth {
namespace {

enum class Kind { kSpace, kLetter, kMark, kHan };

// CJK ideographs are U+3400 to U+9FFF here, that is E3 90 80 to E9 BF BF; CJK and full-width
// punctuation start with E3 80 and EF BC, EF BD, typographic quotes and dashes with E2 80.
Kind kind_of(const std::string& character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) {
    const int c = byte(0);
    return std::isspace(c) != 0 ? Kind::kSpace : std::isalnum(c) != 0 ? Kind::kLetter : Kind::kMark;
  }
  if (character.size() == 3) {
    if ((byte(0) == 0xE3 && byte(1) >= 0x90) || (byte(0) >= 0xE4 && byte(0) <= 0xE9)) {
      return Kind::kHan;
    }
    if ((byte(0) == 0xE3 && byte(1) == 0x80) || (byte(0) == 0xE2 && byte(1) == 0x80) ||
        (byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD))) {
      return Kind::kMark;
    }
  }
  return Kind::kLetter;
}

}  // namespace

std::vector<TextWord> words_of(const std::string& text) {
  std::vector<TextWord> words;
  std::string marks;    // seen since the last letter of the word: part of it if more letters follow
  bool inside = false;  // of a word of letters
  int64_t position = 0;
  for (const std::string& character : utf8_characters(text)) {
    ++position;
    const Kind kind = kind_of(character);
    if (kind == Kind::kHan) {
      words.push_back({character, position, position});
    }
    if (kind == Kind::kHan || kind == Kind::kSpace) {
      inside = false;
      marks.clear();
    } else if (kind == Kind::kMark) {
      marks += character;
    } else if (inside) {
      words.back().word += marks + character;
      words.back().last = position;
      marks.clear();
    } else {
      words.push_back({character, position, position});
      marks.clear();
      inside = true;
    }
  }
  return words;
}

}  // namespace sotto::datasets::synth
