#pragma once

#include <optional>
#include <string>

#include "experiments/score.h"
#include "experiments/significance_comparison.h"

namespace sotto::experiments {

/// What a report says beside its counts.
struct ScoreRemarks {
  std::string text_rules;            ///< of the texts; empty: not known, and left out
  std::optional<Interval> words;     ///< of the error rate
  std::optional<Interval> characters;
};

/// A report as JSON (docs/score.md), indented, with a final line end. Talkers are listed where the
/// clips have them.
std::string write_score_json(
    const ScoreReport& report, const ScoreOptions& options, const ScoreRemarks& remarks = {});

/// Two systems as JSON likewise.
std::string write_comparison_json(
    const SystemComparison& comparison, const ScoreOptions& options, const std::string& text_rules);

}  // namespace sotto::experiments
