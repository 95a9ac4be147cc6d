#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// A number in digits, as it stands in a text of `Char`.
template <class Char>
struct WrittenNumber {
  std::string whole;               ///< without the commas between thousands; empty in ".5"
  std::vector<std::string> parts;  ///< what follows each point
  size_t end = 0;                  ///< the position behind it
};

template <class Char>
bool is_digit(Char c) {
  return c >= Char('0') && c <= Char('9');
}

/// The digits from `at` on.
template <class Char>
std::string read_digits(std::basic_string_view<Char> text, size_t at) {
  std::string digits;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    digits += static_cast<char>(text[at]);
  }
  return digits;
}

/// The number whose first digit or point is at `at`.
template <class Char>
WrittenNumber<Char> read_number(std::basic_string_view<Char> text, size_t at) {
  WrittenNumber<Char> number;
  number.whole = read_digits(text, at);
  number.end = at + number.whole.size();
  const auto follows = [&](char mark) {
    return number.end < text.size() && text[number.end] == Char(mark);
  };
  if (!number.whole.empty() && number.whole.size() <= 3 && number.whole[0] != '0') {
    while (follows(',')) {
      const std::string group = read_digits(text, number.end + 1);
      if (group.size() != 3) {
        break;
      }
      number.whole += group;
      number.end += 4;
    }
  }
  while (follows('.')) {
    const std::string part = read_digits(text, number.end + 1);
    if (part.empty()) {
      break;
    }
    number.parts.push_back(part);
    number.end += part.size() + 1;
  }
  return number;
}

}  // namespace sotto::datasets
