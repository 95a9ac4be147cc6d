#include "experiments/score_summary.h"

#include <cmath>
#include <map>

#include "experiments/score_lengths.h"

namespace sotto::experiments {

SummaryOptions SummaryOptions::of(ScoreUnit unit) {
  SummaryOptions options;
  options.unit = unit;
  options.scoring.count_spaces = unit == ScoreUnit::kWords;
  return options;
}

ScoreSummary summarise(
    const std::vector<ScoredText>& texts,
    const ScoreReport& report,
    const SummaryOptions& options) {
  ScoreSummary summary;
  summary.total = total_row(report, options.unit);
  summary.interval =
      bootstrap_interval(error_sums(report, options.unit, options.resample), options.bootstrap);
  std::map<int64_t, EditCounts> repetitions;
  for (const ClipScore& clip : report.clips) {
    repetitions[clip.repetition] += clip.counts(options.unit);
  }
  for (const auto& [repetition, counts] : repetitions) {
    summary.draws.push_back(counts.rate());
    summary.mean += counts.rate() / static_cast<double>(repetitions.size());
  }
  double squares = 0;
  for (const double draw : summary.draws) {
    squares += (draw - summary.mean) * (draw - summary.mean);
  }
  if (summary.draws.size() > 1) {
    summary.deviation = std::sqrt(squares / static_cast<double>(summary.draws.size() - 1));
  }
  summary.errors = find_errors(texts, options.unit, options.scoring);
  summary.talkers = talker_rows(report, options.unit);
  summary.lengths = length_rows(report, options.unit);
  return summary;
}

}  // namespace sotto::experiments
