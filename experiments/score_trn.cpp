#include "common/error.h"
#include "datasets/text/text_lines.h"
#include "experiments/score_files.h"
#include "experiments/score_lines.h"

namespace sotto::experiments {
namespace {

/// @throws DataError for a word that stands for several readings or for none.
void need_plain(const std::string& word, const std::string& where) {
  const bool optional = word.size() > 2 && word.front() == '(' && word.back() == ')';
  if (word.find_first_of("{}") != std::string::npos || word == "@" || optional) {
    throw DataError(
        where + ": '" + word +
        "': alternatives and optional words cannot be scored; give one text");
  }
}

}  // namespace

std::vector<ScoreLine> parse_trn(std::string_view text, const std::string& name) {
  std::vector<ScoreLine> lines;
  UniqueIds ids;
  datasets::for_each_line(text, name, [&](std::string_view line, size_t number) {
    const bool blank = line.find_first_not_of(" \t\v\f") == std::string_view::npos;
    if (blank || line.substr(0, 2) == ";;") {
      return;
    }
    const std::string_view id = trn_id(line);
    if (id.empty()) {
      throw DataError(datasets::line_name(name, number) + ": expected WORDS (ID)");
    }
    const std::string_view before =
        line.substr(0, static_cast<size_t>(id.data() - line.data()) - 1);
    std::string text_of_line;
    for (const std::string& word : split_words(std::string(before))) {
      need_plain(word, datasets::line_name(name, number));
      text_of_line += (text_of_line.empty() ? "" : " ") + word;
    }
    lines.emplace_back(id, std::move(text_of_line));
    ids.add(lines.back().first, name, number);
  });
  return lines;
}

std::pair<std::string, std::string> write_trn(const std::vector<ScoredText>& texts) {
  std::pair<std::string, std::string> files;
  for (const ScoredText& text : texts) {
    const std::string repeated = text.repetition == 0 ? "" : "-" + std::to_string(text.repetition);
    const std::string id = "(" + text.id + repeated + ")";
    if (trn_id("x " + id) != text.id + repeated) {
      throw DataError(text.id + ": trn cannot have an id with blanks or parentheses");
    }
    for (const auto& [words, file] :
         {std::pair{&text.reference, &files.first}, std::pair{&text.hypothesis, &files.second}}) {
      for (const std::string& word : split_words(*words)) {
        need_plain(word, text.id);
        *file += word + " ";
      }
      *file += id + "\n";
    }
  }
  return files;
}

}  // namespace sotto::experiments
