#pragma once

#include <string>

#include "experiments/score.h"

namespace sotto::experiments {

/// A report as JSON (docs/score.md), indented, with a final line end. Talkers are listed where the
/// clips have them.
std::string write_score_json(const ScoreReport& report, const ScoreOptions& options);

}  // namespace sotto::experiments
