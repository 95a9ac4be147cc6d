#include "datasets/text/normalise.h"

#include <algorithm>
#include <array>

#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

template <size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view character) {
  return std::find(list.begin(), list.end(), character) != list.end();
}

bool is_apostrophe(std::string_view character) {
  static constexpr std::array<std::string_view, 3> kApostrophes = {
      "'", "\xE2\x80\x99" /* U+2019 */, "\xCA\xBC" /* U+02BC */};
  return contains(kApostrophes, character);
}

/// White space, and the marks that stand between two words ("twenty-one").
bool separates_words(std::string_view character) {
  static constexpr std::array<std::string_view, 10> kMarks = {
      "-",
      "/",
      "_",
      "\xC2\xA0" /* no-break space */,
      "\xE2\x80\x90",
      "\xE2\x80\x91",
      "\xE2\x80\x92" /* hyphens, figure dash */,
      "\xE2\x80\x93",
      "\xE2\x80\x94",
      "\xE2\x80\x95" /* dashes */};
  return contains(kMarks, character) ||
         (character.size() == 1 && static_cast<unsigned char>(character[0]) <= ' ');
}

bool is_removed(std::string_view character) {
  static constexpr std::array<std::string_view, 7> kMarks = {
      "\xE2\x80\x98",
      "\xE2\x80\x9C",
      "\xE2\x80\x9D" /* quotes */,
      "\xE2\x80\xA6" /* ellipsis */,
      "\xC2\xBF",
      "\xC2\xA1" /* inverted marks */,
      "\xEF\xBB\xBF" /* byte order mark */};
  if (character.size() > 1) {
    return contains(kMarks, character);
  }
  const char c = character[0];
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || c >= '{';
}

std::string without_tags(std::string_view text) {
  std::string kept;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t close = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      kept += text[i];
    } else {
      kept += ' ';
      i = close;
    }
  }
  return kept;
}

}  // namespace

std::string normalise_english(std::string_view text) {
  const std::string source = without_tags(text);
  std::string result;
  bool gap = false;
  for (size_t i = 0; i < source.size();) {
    const size_t length = utf8_length(source, i);
    std::string_view character = std::string_view(source).substr(i, length);
    i += length;
    if (is_apostrophe(character)) {
      character = "'";
    } else if (separates_words(character)) {
      gap = true;
      continue;
    } else if (is_removed(character)) {
      continue;
    }
    if (gap && !result.empty()) {
      result += ' ';
    }
    gap = false;
    if (length == 1 && character[0] >= 'A' && character[0] <= 'Z') {
      result += static_cast<char>(character[0] - 'A' + 'a');
    } else {
      result += character;
    }
  }
  return result;
}

}  // namespace sotto::datasets
