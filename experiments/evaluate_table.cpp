#include <cmath>

#include "common/format_text.h"
#include "experiments/evaluate_report.h"

namespace sotto::experiments {
namespace {

std::string interval_text(const Interval& interval) {
  return std::isfinite(interval.low)
             ? format_text("[%.2f, %.2f]", 100 * interval.low, 100 * interval.high)
             : "";
}

std::string row_of(const Evaluation& evaluation, const ScoreSummary& summary, bool repeated) {
  const EditCounts& counts = summary.total.counts;
  std::string row = format_text(
      "%-8s  %-8s %6zu %6lld %8.2f  %-16s",
      evaluation.modality.text().c_str(),
      condition_text(evaluation).c_str(),
      evaluation.texts.size(),
      static_cast<long long>(counts.reference()),
      100 * counts.rate(),
      interval_text(summary.interval).c_str());
  if (repeated) {
    row += format_text(
        " %8s",
        summary.draws.size() < 2 ? "" : format_text("%.2f", 100 * summary.deviation).c_str());
  }
  return row + format_text(
                   " %6lld %6lld %6lld %8.1f %6lld %6lld\n",
                   static_cast<long long>(counts.substitutions),
                   static_cast<long long>(counts.deletions),
                   static_cast<long long>(counts.insertions),
                   100.0 * static_cast<double>(summary.total.wrong_sentences) /
                       static_cast<double>(std::max<int64_t>(1, summary.total.sentences)),
                   static_cast<long long>(summary.errors.empty),
                   static_cast<long long>(summary.errors.loops));
}

}  // namespace

std::vector<ScoreSummary> summarise(
    const std::vector<Evaluation>& evaluations, const SummaryOptions& options) {
  std::vector<ScoreSummary> summaries;
  for (const Evaluation& evaluation : evaluations) {
    summaries.push_back(summarise(evaluation.texts, evaluation.report, options));
  }
  return summaries;
}

std::string condition_text(const Evaluation& evaluation) {
  if (!evaluation.modality.audio) {
    return "none";
  }
  return evaluation.snr_db ? format_text("%g dB", *evaluation.snr_db) : "clean";
}

std::string heading(const Evaluation& evaluation) {
  return evaluation.modality.text() + ", sound " + condition_text(evaluation);
}

std::string format_evaluations(
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries,
    ScoreUnit unit) {
  bool repeated = false;
  for (const ScoreSummary& summary : summaries) {
    repeated = repeated || summary.draws.size() > 1;
  }
  const bool words = unit == ScoreUnit::kWords;
  std::string table = format_text(
      "modality  sound     clips %s    %s %%  95 %% interval   %s    sub    del    ins  wrong %%  "
      "empty  loops\n",
      words ? " words" : "chars.",
      words ? "WER" : "CER",
      repeated ? "  +- draw" : "");
  for (size_t i = 0; i < evaluations.size(); ++i) {
    table += row_of(evaluations[i], summaries[i], repeated);
  }
  return table;
}

}  // namespace sotto::experiments
