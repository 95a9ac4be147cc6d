#pragma once

#include <string>

#include "experiments/score.h"

namespace sotto::experiments {

/// How a reference and what was heard are aligned, as sclite prints it (`-o pralign`): errors in
/// capitals, asterisks where a side has nothing, a line of S, D, I below.
///
///     id: (s1-1)
///     Scores: (#C #S #D #I) 2 1 0 1
///     REF:  the CAT sat ****
///     HYP:  the BAT sat DOWN
///     Eval:     S       I
std::string format_alignment(
    const ScoredText& text, ScoreUnit unit, const ScoreOptions& options = {});

}  // namespace sotto::experiments
