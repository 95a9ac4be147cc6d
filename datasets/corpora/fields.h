#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/letter_case.h"

namespace sotto::datasets {

/// Without blanks, tabs and line ends at both ends.
std::string_view trimmed(std::string_view text);

/// What stands between blanks and tabs.
std::vector<std::string_view> blank_fields(std::string_view line);

/// What stands between single separators, each trimmed; nothing is quoted.
std::vector<std::string_view> separated_fields(std::string_view line, char separator);

/// A finite decimal number that fills the text.
std::optional<double> number_of(std::string_view text);

}  // namespace sotto::datasets
