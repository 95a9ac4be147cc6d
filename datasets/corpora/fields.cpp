#include "datasets/corpora/fields.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sotto::datasets {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

}  // namespace

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> blank_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  for (size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end;
  }
  return fields;
}

std::vector<std::string_view> separated_fields(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  for (size_t end = line.find(separator); end != std::string_view::npos;
       end = line.find(separator)) {
    fields.push_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  fields.push_back(trimmed(line));
  return fields;
}

std::optional<double> number_of(std::string_view text) {
  const std::string digits(text);
  // strtod also takes hexadecimal numbers, infinities and leading blanks.
  if (digits.empty() || digits.find_first_not_of("0123456789.+-eE") != std::string::npos) {
    return std::nullopt;
  }
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

}  // namespace sotto::datasets
