#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "experiments/score.h"

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

/// References and hypotheses as two trn files; a later repetition of a clip has its number in the id.
/// @throws DataError for an id or a word that sclite would read as something else.
std::pair<std::string, std::string> write_trn(const std::vector<ScoredText>& texts);

}  // namespace sotto::experiments
