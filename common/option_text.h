#pragma once

#include <string>
#include <vector>

#include "common/options.h"

namespace sotto {

/// "a, b, c" for the separator ", ".
std::string join(const std::vector<std::string>& parts, const std::string& separator);

/// The shortest decimal that reads back to the same double; YAML's `.inf`, `-.inf` and `.nan`.
std::string number_text(double value);

/// "from 0 to 1", "at least 0", "at most 1", or nothing.
std::string range_text(Range range);

}  // namespace sotto
