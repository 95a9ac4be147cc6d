#include "datasets/text/text_lines.h"

#include <string_view>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {

std::vector<std::string> read_text_lines(const std::string& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string bytes = read_file(path);
  std::string_view text = bytes;
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  std::vector<std::string> lines;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (!is_utf8(line)) {
      throw DataError(path + ":" + std::to_string(number) + ": expected UTF-8");
    }
    if (!line.empty()) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

}  // namespace sotto::datasets
