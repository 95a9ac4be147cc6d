#include "datasets/text/english_numbers.h"

#include <array>
#include <utility>

namespace sotto::datasets {
namespace {

constexpr std::array<const char*, 20> kSmall = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<const char*, 10> kTens = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::pair<uint64_t, const char*>, 5> kScales = {
    {{1000000000000, "trillion"},
     {1000000000, "billion"},
     {1000000, "million"},
     {1000, "thousand"},
     {100, "hundred"}}};
constexpr std::array<std::pair<const char*, const char*>, 7> kIrregularOrdinals = {
    {{"one", "first"},
     {"two", "second"},
     {"three", "third"},
     {"five", "fifth"},
     {"eight", "eighth"},
     {"nine", "ninth"},
     {"twelve", "twelfth"}}};

size_t last_word(const std::string& words) {
  const size_t blank = words.rfind(' ');
  return blank == std::string::npos ? 0 : blank + 1;
}

}  // namespace

std::string english_cardinal(uint64_t number) {
  for (const auto& [value, name] : kScales) {
    if (number >= value) {
      const std::string head = english_cardinal(number / value) + " " + name;
      return number % value == 0 ? head : head + " " + english_cardinal(number % value);
    }
  }
  if (number < kSmall.size()) {
    return kSmall[number];
  }
  const std::string tens = kTens[number / 10];
  return number % 10 == 0 ? tens : tens + " " + kSmall[number % 10];
}

std::string english_ordinal(const std::string& cardinal) {
  const size_t start = last_word(cardinal);
  const std::string head = cardinal.substr(0, start);
  std::string word = cardinal.substr(start);
  for (const auto& [from, to] : kIrregularOrdinals) {
    if (word == from) {
      return head + to;
    }
  }
  if (word.back() == 'y') {
    word.replace(word.size() - 1, 1, "ie");
  }
  return head + word + "th";
}

std::string english_plural(const std::string& cardinal) {
  if (cardinal.back() == 'y') {
    return cardinal.substr(0, cardinal.size() - 1) + "ies";
  }
  return cardinal + (cardinal.back() == 'x' ? "es" : "s");
}

std::string english_digits(std::string_view digits) {
  std::string words;
  for (const char digit : digits) {
    words += words.empty() ? "" : " ";
    words += kSmall[static_cast<size_t>(digit - '0')];
  }
  return words;
}

}  // namespace sotto::datasets
