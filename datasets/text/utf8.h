#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// Bytes of the UTF-8 character that starts at `text[position]`; a byte that starts none counts as
/// a character of its own, so damaged text is passed through and never read past its end.
size_t utf8_length(std::string_view text, size_t position);

/// The characters of `text`, each as its bytes.
std::vector<std::string> utf8_characters(std::string_view text);

/// True if all of `text` is UTF-8 as RFC 3629 has it: no surrogates, nothing longer than needed,
/// nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// Appends the UTF-8 of a character up to U+10FFFF.
void append_utf8(std::string& text, char32_t character);

}  // namespace sotto::datasets
