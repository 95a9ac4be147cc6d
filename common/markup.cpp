#include "common/markup.h"

namespace sotto {

std::string escape_markup(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    safe += c == '&'   ? "&amp;"
            : c == '<' ? "&lt;"
            : c == '>' ? "&gt;"
            : c == '"' ? "&quot;"
                       : std::string(1, c);
  }
  return safe;
}

}  // namespace sotto
