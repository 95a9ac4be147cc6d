#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/evaluate.h"
#include "experiments/score_summary.h"
#include "experiments/significance_comparison.h"

namespace sotto::experiments {

/// Each evaluation with what there is to say of it, in the same order.
std::vector<ScoreSummary> summarise(
    const std::vector<Evaluation>& evaluations, const SummaryOptions& options);

/// "clean", "-5 dB", or "none" where sound is not listened to.
std::string condition_text(const Evaluation& evaluation);

/// A table for people: a row for each evaluation.
std::string format_evaluations(
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries,
    ScoreUnit unit);

/// "av, sound 0 dB", as the tables of one evaluation begin.
std::string heading(const Evaluation& evaluation);

/// Tables of word times against those of the store, and of confidences before and after the model's
/// calibration.
std::string format_times(const std::vector<Evaluation>& evaluations);
std::string format_confidences(const std::vector<Evaluation>& evaluations);

/// Error rates against the signal-to-noise ratio with their intervals as an SVG picture: a curve
/// for each modality, clean sound in a column of its own.
/// @throws ConfigError if there was no noise.
std::string plot_evaluations(
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries,
    ScoreUnit unit,
    const std::string& title);

/// What a report says of itself.
struct ReportHead {
  std::string model;
  std::string text_rules;  ///< with which the references were made; empty: not known
  std::string noise;       ///< what was mixed in
  uint64_t seed = 0;
  SummaryOptions options;
  std::string against;                        ///< name of a second model; empty: none
  std::vector<SystemComparison> comparisons;  ///< with it, for each evaluation
};

/// Everything as JSON (docs/evaluate.md), transcripts included.
std::string evaluations_json(
    const ReportHead& head,
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries);

}  // namespace sotto::experiments
