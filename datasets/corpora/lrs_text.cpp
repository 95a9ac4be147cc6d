#include "datasets/corpora/lrs_text.h"

#include "common/error.h"
#include "datasets/corpora/fields.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets {
namespace {

constexpr std::string_view kText = "Text:";

// Word, start, end and how sure it is that the face speaks.
void add_row(LrsText& result, std::string_view line, const std::string& where) {
  const auto fields = blank_fields(line);
  if (fields.empty() || !result.words_fault.empty()) {
    return;
  }
  const auto start = fields.size() == 4 ? number_of(fields[1]) : std::nullopt;
  const auto end = fields.size() == 4 ? number_of(fields[2]) : std::nullopt;
  if (!start || !end || *start < 0 || *end < *start) {
    result.words_fault =
        where + ": expected 'word start end score', got '" + std::string(trimmed(line)) + "'";
    return;
  }
  result.words.push_back({std::string(fields[0]), *start, *end});
}

}  // namespace

bool is_lrs_text(const std::string& text) {
  return text.compare(0, kText.size(), kText) == 0;
}

LrsText parse_lrs_text(const std::string& text, const std::string& name) {
  LrsText result;
  for_each_line(text, name, [&](std::string_view line, size_t number) {
    const std::string where = line_name(name, number);
    if (result.has_words) {
      add_row(result, line, where);
      return;
    }
    line = trimmed(line);
    if (result.text_where.empty() && line.substr(0, kText.size()) == kText) {
      result.text = trimmed(line.substr(kText.size()));
      result.text_where = where;
      return;
    }
    const auto fields = blank_fields(line);
    if (fields.size() >= 3 && fields[0] == "WORD" && fields[1] == "START" && fields[2] == "END") {
      result.has_words = true;
      result.words_where = where;
    }
  });
  if (result.text_where.empty()) {
    throw DataError(line_name(name, 1) + ": expected a line 'Text:  ...', got none in the file");
  }
  return result;
}

}  // namespace sotto::datasets
