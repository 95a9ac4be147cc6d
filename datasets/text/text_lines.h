#pragma once

#include <string>
#include <vector>

namespace sotto::datasets {

/// The lines of a text file of at most 1 GiB, without their ends (LF or CRLF), a byte order mark
/// and empty lines left out.
/// @throws DataError with file:line if a line is not UTF-8.
std::vector<std::string> read_text_lines(const std::string& path);

}  // namespace sotto::datasets
