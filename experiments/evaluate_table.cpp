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

/// Columns that not every table has: one fits into 80.
struct Columns {
  bool draws = false;
  bool odd_texts = false;
};

std::string row_of(const Evaluation& evaluation, const ScoreSummary& summary, Columns columns) {
  const EditCounts& counts = summary.total.counts;
  std::string row = format_text(
      "%-8s %-6s %5zu %5lld %6.2f %-14s",
      evaluation.modality.text().c_str(),
      condition_text(evaluation).c_str(),
      evaluation.texts.size(),
      static_cast<long long>(counts.reference()),
      100 * counts.rate(),
      interval_text(summary.interval).c_str());
  if (columns.draws) {
    row += format_text(
        " %7s",
        summary.draws.size() < 2 ? "" : format_text("%.2f", 100 * summary.deviation).c_str());
  }
  row += format_text(
      " %4lld %4lld %4lld %7.1f",
      static_cast<long long>(counts.substitutions),
      static_cast<long long>(counts.deletions),
      static_cast<long long>(counts.insertions),
      100.0 * static_cast<double>(summary.total.wrong_sentences) /
          static_cast<double>(std::max<int64_t>(1, summary.total.sentences)));
  if (columns.odd_texts) {
    row += format_text(
        " %5lld %5lld",
        static_cast<long long>(summary.errors.empty),
        static_cast<long long>(summary.errors.loops));
  }
  return row + "\n";
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
  Columns columns;
  for (const ScoreSummary& summary : summaries) {
    columns.draws = columns.draws || summary.draws.size() > 1;
    columns.odd_texts = columns.odd_texts || summary.errors.empty + summary.errors.loops > 0;
  }
  const bool words = unit == ScoreUnit::kWords;
  std::string table = format_text(
      "modality sound  clips %s  %s %% 95 %% interval %s  sub  del  ins wrong %%%s\n",
      words ? "words" : "chars",
      words ? "WER" : "CER",
      columns.draws ? " +- draw" : "",
      columns.odd_texts ? " empty loops" : "");
  for (size_t i = 0; i < evaluations.size(); ++i) {
    table += row_of(evaluations[i], summaries[i], columns);
  }
  return table;
}

}  // namespace sotto::experiments
