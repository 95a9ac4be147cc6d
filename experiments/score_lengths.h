#pragma once

#include <vector>

#include "experiments/score_table.h"

namespace sotto::experiments {

/// A row for each length of clips that occurs, doubling from a second to sixteen, so that two
/// reports can be compared; then one for clips of unknown length.
std::vector<ScoreRow> length_rows(const ScoreReport& report, ScoreUnit unit);

}  // namespace sotto::experiments
