#include "datasets/text/text_lines.h"

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {

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
    if (!is_utf8(line)) {
      throw DataError(line_name(name, number) + ": expected UTF-8");
    }
    if (!line.empty()) {
      visit(line, number);
    }
  }
}

std::vector<std::string> read_text_lines(const std::string& path) {
  std::vector<std::string> lines;
  for_each_line(
      read_file(path), path, [&](std::string_view line, size_t) { lines.emplace_back(line); });
  return lines;
}

}  // namespace sotto::datasets
