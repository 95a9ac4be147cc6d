#pragma once

#include <string>

namespace sotto {

/// Text as it may stand in SVG and HTML, within quotes too.
std::string escape_markup(const std::string& text);

}  // namespace sotto
