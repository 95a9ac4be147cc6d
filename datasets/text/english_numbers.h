#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sotto::datasets {

/// "twelve thousand three hundred forty five": American, without "and" and hyphens. From 10^15 on
/// the words repeat ("thousand trillion").
std::string english_cardinal(uint64_t number);

/// The ordinal of what `english_cardinal` gave: "twenty first".
std::string english_ordinal(const std::string& cardinal);

/// The plural of what `english_cardinal` gave: "twenties".
std::string english_plural(const std::string& cardinal);

/// Digits one by one: "zero zero seven".
std::string english_digits(std::string_view digits);

}  // namespace sotto::datasets
