#include "datasets/text/mandarin_numbers.h"

#include <array>
#include <utility>

namespace sotto::datasets {
namespace {

constexpr std::u32string_view kDigits = U"零一二三四五六七八九";

struct Unit {
  uint64_t value;
  char32_t name;
};
constexpr std::array<Unit, 5> kUnits = {
    {{100000000, U'亿'}, {10000, U'万'}, {1000, U'千'}, {100, U'百'}, {10, U'十'}}};

/// @param first  whether nothing is spoken before it: 十二 instead of 一十二, 两千 instead of 二千.
std::u32string spell(uint64_t number, bool first) {
  for (const Unit& unit : kUnits) {
    if (number < unit.value) {
      continue;
    }
    const uint64_t count = number / unit.value;
    const uint64_t rest = number % unit.value;
    std::u32string words;
    if (first && count == 2 && unit.value >= 1000) {
      words = U"两";
    } else if (!first || count != 1 || unit.value != 10) {
      words = spell(count, first);
    }
    words += unit.name;
    if (rest == 0) {
      return words;
    }
    if (rest < unit.value / 10) {
      words += U'零';
    }
    return words + spell(rest, false);
  }
  return std::u32string(1, kDigits[number]);
}

}  // namespace

std::u32string mandarin_cardinal(uint64_t number) {
  return spell(number, true);
}

std::u32string mandarin_digits(std::string_view digits) {
  std::u32string words;
  for (const char digit : digits) {
    words += kDigits[static_cast<size_t>(digit - '0')];
  }
  return words;
}

}  // namespace sotto::datasets
