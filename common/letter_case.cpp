#include "common/letter_case.h"

namespace sotto {

std::string in_capitals(std::string_view text) {
  std::string changed(text);
  for (char& c : changed) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return changed;
}

std::string in_lower_case(std::string_view text) {
  std::string changed(text);
  for (char& c : changed) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return changed;
}

}  // namespace sotto
