#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// True for a character (UTF-8) of a script without blanks between words: Han, kana, bopomofo,
/// and the punctuation that goes with them.
bool is_unspaced(std::string_view character);

/// Adds what was read later in a clip to what was read before: texts and tokens one behind the other,
/// scores summed.
void append_reading(Reading& before, const Reading& later);

/// The text of words: a blank between two of them, none where both sides are unspaced.
std::string join_words(const std::vector<std::string>& words);

/// `join_words` of words with times.
std::string words_text(const std::vector<Word>& words);

/// Columns that a text takes on a screen: two for Han, kana, Hangul and full-width forms.
size_t display_width(std::string_view text);

/// Cuts a word such that each of its unspaced characters stands alone: "你好abc" becomes "你",
/// "好", "abc". Damaged UTF-8 is passed through.
std::vector<std::string> split_unspaced(std::string_view word);

}  // namespace sotto::decoding
