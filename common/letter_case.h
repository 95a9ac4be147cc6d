#pragma once

#include <string>
#include <string_view>

namespace sotto {

/// The text with the letters a to z, and no others, as A to Z.
std::string in_capitals(std::string_view text);
/// The text with the letters A to Z, and no others, as a to z.
std::string in_lower_case(std::string_view text);

}  // namespace sotto
