#pragma once

#include <string>
#include <string_view>

namespace sotto::datasets {

/// The names and versions of the rules below. They use ICU: which characters it knows and its table
/// from traditional to simplified ones may grow from one release to the next.
inline constexpr const char* kMandarinRules = "mandarin-1";
inline constexpr const char* kMandarinSimplifiedRules = "mandarin-simplified-1";
inline constexpr const char* kMandarinSpokenRules = "mandarin-spoken-1";

/// Rules "mandarin-1": NFKC, controls and punctuation out, blanks only between words of letters
/// that have them, lower case. The steps are those of docs/text_rules.md. Digits and damaged
/// characters stay, so that a tokenizer names them instead of training on a text with holes.
std::string normalise_mandarin(std::string_view text);

/// Rules "mandarin-simplified-1": the same with simplified characters for traditional ones.
std::string normalise_mandarin_simplified(std::string_view text);

/// Rules "mandarin-spoken-1": simplified, with numbers as they are said; docs/text_rules.md lists
/// which.
std::string normalise_mandarin_spoken(std::string_view text);

}  // namespace sotto::datasets
