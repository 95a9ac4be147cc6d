#pragma once

#include <string>
#include <string_view>

namespace sotto::datasets {

/// The name and version of the rules of `normalise_english_spelled`.
inline constexpr const char* kEnglishSpelledRules = "english-spelled-1";

/// Rules "english-spelled-1": numbers as words, then `normalise_english`. docs/text_rules.md lists
/// what counts as a number.
std::string normalise_english_spelled(std::string_view text);

}  // namespace sotto::datasets
