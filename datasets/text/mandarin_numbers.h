#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sotto::datasets {

/// 12345 as 一万二千三百四十五. 2 is 两 before the first 千, 万 or 亿 (两千零二, 两万), else 二.
std::u32string mandarin_cardinal(uint64_t number);

/// Digits one by one: 二零零八.
std::u32string mandarin_digits(std::string_view digits);

/// The numbers of a text as they are spoken; see `normalise_mandarin_spoken`. The text is in NFKC,
/// so digits and marks have their half-width forms.
std::u32string spell_mandarin_numbers(std::u32string_view text);

}  // namespace sotto::datasets
