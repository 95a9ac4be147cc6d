#pragma once

#include <string>

namespace sotto {

/// What printf would write, as a string of any length.
std::string format_text(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace sotto
