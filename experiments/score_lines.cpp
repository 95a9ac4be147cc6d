#include "experiments/score_lines.h"

#include "common/error.h"
#include "datasets/text/utf8.h"

namespace sotto::experiments {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

}  // namespace

std::string line_name(const std::string& name, size_t number) {
  return name + ":" + std::to_string(number);
}

void for_each_line(
    std::string_view text,
    const std::string& name,
    const std::function<void(std::string_view line, size_t number)>& visit) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (line.find_first_not_of(kBlanks) == std::string_view::npos) {
      continue;
    }
    if (!datasets::is_utf8(line)) {
      throw DataError(line_name(name, number) + ": expected UTF-8");
    }
    visit(line, number);
  }
}

void UniqueIds::add(const std::string& id, const std::string& name, size_t number) {
  const auto [earlier, is_new] = lines_.emplace(id, number);
  if (!is_new) {
    throw DataError(
        line_name(name, number) + ": " + id + " stood in line " + std::to_string(earlier->second));
  }
}

std::string_view trn_id(std::string_view line) {
  const size_t last = line.find_last_not_of(kBlanks);
  const size_t open = line.rfind('(');
  if (last == std::string_view::npos || line[last] != ')' || open == std::string_view::npos) {
    return {};
  }
  const std::string_view id = line.substr(open + 1, last - open - 1);
  return id.find_first_of(" \t()") == std::string_view::npos ? id : std::string_view();
}

}  // namespace sotto::experiments
