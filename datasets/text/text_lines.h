#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::datasets {

/// `name:number`, as messages name a line.
std::string line_name(const std::string& name, size_t number);

/// Calls `visit` with each line that is not empty, without its end (LF or CRLF), and with its
/// number; a byte order mark is seen through.
/// @param name  stands before the line number in messages.
/// @throws DataError with name:line if a line is not UTF-8.
void for_each_line(
    std::string_view text,
    const std::string& name,
    const std::function<void(std::string_view line, size_t number)>& visit);

/// The lines of a text file of at most 1 GiB, as `for_each_line` finds them.
/// @throws DataError with file:line if a line is not UTF-8.
std::vector<std::string> read_text_lines(const std::string& path);

}  // namespace sotto::datasets
