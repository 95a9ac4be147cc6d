#pragma once

#include <string>
#include <string_view>

namespace sotto::experiments {

inline bool is_printable(char letter) {
  return letter >= ' ' && letter <= '~';
}

/// Text out of a file as a message may show it: one short line without control characters.
inline std::string printable(std::string_view text) {
  constexpr size_t kLongest = 100;
  std::string shown(text.substr(0, kLongest));
  for (char& letter : shown) {
    letter = is_printable(letter) ? letter : '?';
  }
  return text.size() > kLongest ? shown + "..." : shown;
}

}  // namespace sotto::experiments
