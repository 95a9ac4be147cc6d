#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sotto::experiments {

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
