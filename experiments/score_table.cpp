#include "experiments/score_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "decoding/transcript_text.h"

namespace sotto::experiments {
namespace {

double percent(int64_t part, int64_t whole) {
  return part == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// The name, with blanks up to a width in columns of a screen.
std::string padded(const std::string& name, size_t width) {
  return name + std::string(width - std::min(width, decoding::display_width(name)), ' ');
}

std::string numbers(const ScoreRow& row) {
  std::array<char, 256> line{};
  const int64_t n = row.counts.reference();
  std::snprintf(
      line.data(),
      line.size(),
      " %7lld %8lld %7.2f %7.2f %7.2f %7.2f %7.2f %7.2f\n",
      static_cast<long long>(row.sentences),
      static_cast<long long>(n),
      percent(row.counts.correct, n),
      percent(row.counts.substitutions, n),
      percent(row.counts.deletions, n),
      percent(row.counts.insertions, n),
      percent(row.counts.errors(), n),
      percent(row.wrong_sentences, row.sentences));
  return line.data();
}

}  // namespace

void ScoreRow::add(const EditCounts& clip) {
  ++sentences;
  wrong_sentences += clip.errors() > 0 ? 1 : 0;
  counts += clip;
}

ScoreRow total_row(const ScoreReport& report, ScoreUnit unit) {
  ScoreRow row;
  row.name = unit == ScoreUnit::kWords ? "words" : "characters";
  for (const ClipScore& clip : report.clips) {
    row.add(clip.counts(unit));
  }
  return row;
}

std::vector<ScoreRow> talker_rows(const ScoreReport& report, ScoreUnit unit) {
  std::map<std::string, ScoreRow> by_talker;
  for (const ClipScore& clip : report.clips) {
    by_talker[clip.talker].add(clip.counts(unit));
  }
  std::vector<ScoreRow> rows;
  for (auto& [talker, row] : by_talker) {
    row.name = talker;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string format_rows(const std::vector<ScoreRow>& rows) {
  size_t width = 10;
  for (const ScoreRow& row : rows) {
    width = std::max(width, decoding::display_width(row.name));
  }
  std::string table =
      padded("%", width) + "     Snt      Wrd    Corr     Sub     Del     Ins     Err   S.Err\n";
  for (const ScoreRow& row : rows) {
    table += padded(row.name, width) + numbers(row);
  }
  return table;
}

std::string format_score(const ScoreReport& report) {
  return format_rows(
      {total_row(report, ScoreUnit::kWords), total_row(report, ScoreUnit::kCharacters)});
}

}  // namespace sotto::experiments
