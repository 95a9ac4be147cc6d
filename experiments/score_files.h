#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// A clip's id and its text.
using ScoreLine = std::pair<std::string, std::string>;

/// Lines `id<tab>text`; empty ones are skipped. @throws DataError with name:line for a line without
/// a tab.
std::vector<ScoreLine> parse_id_lines(std::string_view text, const std::string& name);

/// sclite's trn: a line `WORDS (ID)` each, `;;` begins a comment.
///
/// @throws DataError with name:line for a line without an id, and for sclite's notations of more
///         than one reading: `{ a / b }`, `@` and words that may be left out, `(uh)`.
std::vector<ScoreLine> parse_trn(std::string_view text, const std::string& name);

struct ScoredFiles {
  std::vector<ScoredText> texts;     ///< in the order of the reference file
  std::vector<std::string> remarks;  ///< lines to tell the user
  std::string text_rules = "";       ///< that a file names; empty: none does
};

/// Pairs two files by id. Each may be `id<tab>text` lines, trn, CTM or sotto's JSON, told apart by
/// their content; UTF-8. Clips of a JSON go by their id, or by their path where the reference does.
/// A report of `sotto evaluate` (see ReportPath) is both what was said and what was heard.
///
/// @param hypothesis_path  empty: what the report `reference_path` says
/// @throws ConfigError if it is empty and the other is no report.
/// @throws DataError naming file and line for what cannot be read or an id given twice, and the ids
///         that only one file has: a clip that failed needs a line with an empty text, so that
///         nothing is left out of a score in silence. A CTM file cannot say that a clip has no
///         words: such clips are scored as empty, with a remark.
ScoredFiles read_scored_texts(
    const std::string& reference_path, const std::string& hypothesis_path);

}  // namespace sotto::experiments
