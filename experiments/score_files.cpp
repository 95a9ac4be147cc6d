#include "experiments/score_files.h"

#include <map>
#include <sstream>
#include <utility>

#include "common/error.h"
#include "common/files.h"

namespace sotto::experiments {
namespace {

using Line = std::pair<std::string, std::string>;  // id, text

std::vector<Line> read_lines(const std::string& path) {
  std::istringstream file(read_file(path));
  std::vector<Line> lines;
  std::map<std::string, int> seen;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty()) {
      continue;
    }
    const std::string where = path + ":" + std::to_string(number);
    const size_t tab = line.find('\t');
    if (tab == std::string::npos || tab == 0) {
      throw DataError(where + ": expected id<tab>text");
    }
    const std::string id = line.substr(0, tab);
    const auto [earlier, is_new] = seen.emplace(id, number);
    if (!is_new) {
      throw DataError(where + ": " + id + " stood in line " + std::to_string(earlier->second));
    }
    lines.emplace_back(id, line.substr(tab + 1));
  }
  return lines;
}

/// Throws for the lines of `from` whose ids `in` lacks.
void need_ids(
    const std::vector<Line>& from,
    const std::map<std::string, std::string>& in,
    const std::string& path) {
  std::string first;
  int missing = 0;
  for (const Line& line : from) {
    if (in.count(line.first) == 0) {
      first = missing == 0 ? line.first : first;
      ++missing;
    }
  }
  if (missing > 0) {
    const std::string more = missing > 1 ? " and " + std::to_string(missing - 1) + " more" : "";
    throw DataError(path + ": expected a line for every clip; none for " + first + more);
  }
}

}  // namespace

std::vector<ScoredText> read_scored_texts(
    const std::string& reference_path, const std::string& hypothesis_path) {
  const std::vector<Line> references = read_lines(reference_path);
  const std::vector<Line> hypotheses = read_lines(hypothesis_path);
  const std::map<std::string, std::string> by_id(hypotheses.begin(), hypotheses.end());
  need_ids(references, by_id, hypothesis_path);
  need_ids(hypotheses, {references.begin(), references.end()}, reference_path);
  std::vector<ScoredText> texts;
  for (const auto& [id, text] : references) {
    texts.push_back({id, text, by_id.at(id)});
  }
  return texts;
}

}  // namespace sotto::experiments
