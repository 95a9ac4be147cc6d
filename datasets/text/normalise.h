#pragma once

#include <string>
#include <string_view>

namespace sotto::datasets {

/// The name and version of the rules of `normalise_english`. It is stored with every corpus and
/// model, because error rates under different rules cannot be compared.
inline constexpr const char* kEnglishRules = "english-1";

/// Rules "english-1": the text as it is trained on and scored.
///
/// Lower case; tags in braces such as `{NS}` are dropped; U+2019 and U+02BC become an apostrophe;
/// hyphens, dashes, slashes and underscores separate words; other ASCII punctuation and the common
/// typographic quotes and dots are removed; words are one space apart, nothing before or after.
/// Digits and letters beyond a-z stay, so that a tokenizer without them names the text instead of
/// training on a text with holes.
std::string normalise_english(std::string_view text);

}  // namespace sotto::datasets
