#include "datasets/text/units.h"

#include <unordered_map>

#include "common/error.h"
#include "common/files.h"
#include "datasets/text/special_tokens.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

constexpr size_t kMostBytes = size_t{16} << 20;
constexpr size_t kMostLines = 1'000'000;
constexpr std::string_view kWholeEndToken = "<sos/eos>";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class UnitsParser {
 public:
  explicit UnitsParser(const std::string& name) : name_(name) {
    add(kBlankToken);
    lines_.emplace(kEndToken, 0);
  }

  void line(std::string_view line) {
    ++line_;
    if (line_ > kMostLines) {
      fail("expected at most " + std::to_string(kMostLines) + " lines");
    }
    if (line_ == 1 && line == "<blank> 0") {
      whole_ = true;
      return;
    }
    if (closed_) {
      fail("expected nothing after the end of sentence");
    }
    const size_t blank = line.find_last_of(" \t");
    if (blank == std::string_view::npos || blank == 0) {
      fail("expected UNIT ID");
    }
    const std::string id = std::to_string(whole_ ? line_ - 1 : line_);
    if (line.substr(blank + 1) != id) {
      fail("expected the id " + id + " after the unit");
    }
    const std::string_view unit = line.substr(0, blank);
    if (whole_ && (unit == kEndToken || unit == kWholeEndToken)) {
      closed_ = true;
      return;
    }
    if (!is_utf8(unit)) {
      fail("expected UTF-8");
    }
    add(unit);
  }

  std::vector<std::string> finish() {
    if (whole_ && !closed_) {
      fail("expected <sos/eos> last, since the list begins with <blank>");
    }
    if (line_ == 0) {
      throw DataError(name_ + ": expected a line UNIT ID for each unit, got none");
    }
    tokens_.emplace_back(kEndToken);
    return std::move(tokens_);
  }

 private:
  void add(std::string_view unit) {
    const auto [first, added] = lines_.emplace(unit, line_);
    if (!added) {
      fail(
          first->second == 0 ? first->first + " is added by itself; leave it out"
                             : "this unit stood in line " + std::to_string(first->second));
    }
    tokens_.emplace_back(unit);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(name_ + ":" + std::to_string(line_) + ": " + what);
  }

  const std::string& name_;
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, size_t> lines_;  ///< unit to where it stood; 0: added by itself
  size_t line_ = 0;
  bool whole_ = false;   ///< the file lists the whole vocabulary itself, from id 0 on
  bool closed_ = false;  ///< and its end was seen
};

}  // namespace

std::vector<std::string> parse_units(std::string_view text, const std::string& name) {
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  UnitsParser parser(name);
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    parser.line(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parser.finish();
}

std::vector<std::string> read_units(const std::string& path) {
  return parse_units(read_file(path, kMostBytes), path);
}

void write_units(const std::string& path, const std::vector<std::string>& tokens) {
  std::string text;
  for (size_t id = 1; id + 1 < tokens.size(); ++id) {
    if (tokens[id].find('\n') != std::string::npos) {
      throw DataError(path + ": unit " + std::to_string(id) + " holds the end of a line");
    }
    text += tokens[id] + " " + std::to_string(id) + "\n";
  }
  if (parse_units(text, path) != tokens) {
    throw DataError(path + ": expected <blank>, units and <eos> to write");
  }
  write_file(path, text);
}

}  // namespace sotto::datasets
