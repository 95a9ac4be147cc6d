#include "datasets/corpora/fields.h"

#include <cmath>
#include <cstdlib>

namespace sotto::datasets {
namespace {

// Faster than find_first_of: a long clip's transcript has thousands of fields.
bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::vector<std::string_view> blank_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  for (size_t at = 0; at < line.size(); ++at) {
    const size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) {
      ++at;
    }
    if (at > begin) {
      fields.push_back(line.substr(begin, at - begin));
    }
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

}  // namespace sotto::datasets
