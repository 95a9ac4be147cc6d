#pragma once

#include <vector>

#include "experiments/score_errors.h"
#include "experiments/score_table.h"
#include "experiments/significance.h"

namespace sotto::experiments {

/// How a set of texts is looked at.
struct SummaryOptions {
  ScoreUnit unit = ScoreUnit::kWords;
  ScoreOptions scoring;
  Resample resample = Resample::kClips;
  BootstrapOptions bootstrap;

  /// Mandarin's characters are counted without blanks.
  static SummaryOptions of(ScoreUnit unit);
};

/// What there is to say of a set of texts in its unit.
struct ScoreSummary {
  ScoreRow total;
  Interval interval;          ///< of the error rate
  std::vector<double> draws;  ///< the error rate in each repetition
  double mean = 0;            ///< of the draws
  double deviation = 0;       ///< of the draws; 0 if there is but one
  ErrorKinds errors;
  std::vector<ScoreRow> talkers;
  std::vector<ScoreRow> lengths;
};

ScoreSummary summarise(
    const std::vector<ScoredText>& texts, const ScoreReport& report, const SummaryOptions& options);

}  // namespace sotto::experiments
