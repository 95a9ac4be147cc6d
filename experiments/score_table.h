#pragma once

#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// Sums over some of the clips of a report.
struct ScoreRow {
  std::string name;
  int64_t sentences = 0;
  int64_t wrong_sentences = 0;  ///< with at least one error in the unit that is counted
  EditCounts counts;

  void add(const EditCounts& clip);
};

/// All clips in one row, named after the unit.
ScoreRow total_row(const ScoreReport& report, ScoreUnit unit);

/// A row for each talker, sorted by name.
std::vector<ScoreRow> talker_rows(const ScoreReport& report, ScoreUnit unit);

/// sclite's columns for people: Snt Wrd Corr Sub Del Ins Err S.Err, the latter six in percent.
std::string format_rows(const std::vector<ScoreRow>& rows);

/// The table of a whole report: a row for words and one for characters.
std::string format_score(const ScoreReport& report);

}  // namespace sotto::experiments
