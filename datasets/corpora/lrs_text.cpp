#include "datasets/corpora/lrs_text.h"

#include "common/error.h"
#include "datasets/corpora/fields.h"
#include "datasets/text/line_reader.h"

namespace sotto::datasets {
namespace {

constexpr std::string_view kText = "Text:";
constexpr std::string_view kWord = "WORD";
constexpr double kLatestS = 1e7;

// Word, start, end and how sure it is that the face speaks.
void add_row(LrsText& result, const LineReader& lines) {
  const auto fields = blank_fields(lines.line());
  if (fields.empty() || !result.words_fault.empty()) {
    return;
  }
  const auto start = fields.size() == 4 ? number_of(fields[1]) : std::nullopt;
  const auto end = fields.size() == 4 ? number_of(fields[2]) : std::nullopt;
  if (!start || !end || *start < 0 || *end < *start || *end > kLatestS) {
    result.words_fault = lines.where() + ": expected 'word start end score', got '" +
                         std::string(trimmed(lines.line())) + "'";
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
  LineReader lines(text, name);
  while (lines.next()) {
    if (result.has_words) {
      add_row(result, lines);
      continue;
    }
    const std::string_view line = trimmed(lines.line());
    if (result.text_where.empty() && line.substr(0, kText.size()) == kText) {
      result.text = trimmed(line.substr(kText.size()));
      result.text_where = lines.where();
    } else if (line.substr(0, kWord.size()) == kWord) {
      const auto fields = blank_fields(line);
      result.has_words =
          fields.size() >= 3 && fields[0] == kWord && fields[1] == "START" && fields[2] == "END";
      result.words_where = result.has_words ? lines.where() : "";
    }
  }
  if (result.text_where.empty()) {
    throw DataError(name + ":1: expected a line 'Text:  ...', got none in the file");
  }
  return result;
}

}  // namespace sotto::datasets
