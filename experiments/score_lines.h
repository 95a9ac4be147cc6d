#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sotto::experiments {

/// `name:number`, as messages name a line.
std::string line_name(const std::string& name, size_t number);

/// Calls `visit` with each line that holds more than blanks, without its end (LF or CRLF), and with
/// its number; a byte order mark is seen through. @throws DataError if a line is not UTF-8.
void for_each_line(
    std::string_view text,
    const std::string& name,
    const std::function<void(std::string_view line, size_t number)>& visit);

/// Sees that no id is given twice.
class UniqueIds {
 public:
  /// @throws DataError with name:number and the earlier line.
  void add(const std::string& id, const std::string& name, size_t number);

 private:
  std::unordered_map<std::string, size_t> lines_;
};

/// The ID of a line `WORDS (ID)`: what stands between the last parentheses, at the line's end, and
/// holds no blank. Empty if there is none.
std::string_view trn_id(std::string_view line);

}  // namespace sotto::experiments
