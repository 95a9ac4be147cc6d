#include "experiments/score_lines.h"

#include "common/error.h"
#include "datasets/text/text_lines.h"

namespace sotto::experiments {
void UniqueIds::add(const std::string& id, const std::string& name, size_t number) {
  const auto [earlier, is_new] = lines_.emplace(id, number);
  if (!is_new) {
    throw DataError(
        datasets::line_name(name, number) + ": " + id + " stood in line " +
        std::to_string(earlier->second));
  }
}

std::string_view trn_id(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r\v\f");
  const size_t open = line.rfind('(');
  if (last == std::string_view::npos || line[last] != ')' || open == std::string_view::npos) {
    return {};
  }
  const std::string_view id = line.substr(open + 1, last - open - 1);
  return id.find_first_of(" \t()") == std::string_view::npos ? id : std::string_view();
}

}  // namespace sotto::experiments
