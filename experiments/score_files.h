#pragma once

#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// Pairs two text files of `id<tab>text` lines (UTF-8, empty lines allowed) by id.
///
/// @return in the order of the reference file.
/// @throws DataError naming file and line for a line without a tab or an id given twice, and the
///         ids that only one file has: a clip that failed needs a line with an empty text, so that
///         nothing is left out of a score in silence.
std::vector<ScoredText> read_scored_texts(
    const std::string& reference_path, const std::string& hypothesis_path);

}  // namespace sotto::experiments
