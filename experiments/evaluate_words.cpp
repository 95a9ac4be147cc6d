#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "experiments/evaluate_report.h"

namespace sotto::experiments {
namespace {

/// "av        0 dB    " as every table begins.
std::string row_name(const std::string& modality, const std::string& condition) {
  char text[32];
  std::snprintf(text, sizeof text, "%-8s  %-8s", modality.c_str(), condition.c_str());
  return text;
}

std::string row_name(const Evaluation& evaluation) {
  return row_name(evaluation.modality.text(), condition_text(evaluation));
}

std::string time_columns(const TimeScores& scores) {
  char text[64];
  std::snprintf(
      text,
      sizeof text,
      " %9.0f %7.0f %7.0f",
      1000 * scores.median_absolute_s,
      1000 * scores.absolute_90_s,
      1000 * scores.median_s);
  return text;
}

std::string confidence_columns(const ConfidenceScores& scores) {
  char text[64];
  std::snprintf(
      text,
      sizeof text,
      " %7.3f %7.3f %7.3f %7.3f",
      scores.mean,
      scores.ece,
      scores.brier,
      scores.nce);
  return text;
}

std::string confidence_row(const std::string& name, const std::vector<WordJudgement>& words) {
  const ConfidenceScores before = score_confidences(confidences(words, true));
  const ConfidenceScores after = score_confidences(confidences(words, false));
  char count[32];
  std::snprintf(
      count,
      sizeof count,
      " %6lld %6lld  ",
      static_cast<long long>(after.words),
      static_cast<long long>(after.wrong));
  return name + count + confidence_columns(before) + "   " + confidence_columns(after) + "\n";
}

}  // namespace

std::string format_times(const std::vector<Evaluation>& evaluations) {
  std::string table =
      "milliseconds         words   starts: median |error|, 90 %, median   ends: likewise\n";
  for (const Evaluation& evaluation : evaluations) {
    const TimeScores starts = score_times(start_errors(evaluation.words));
    const TimeScores ends = score_times(end_errors(evaluation.words));
    char count[16];
    std::snprintf(count, sizeof count, " %6lld ", static_cast<long long>(starts.words));
    table += row_name(evaluation) + count + "       " + time_columns(starts) + "        " +
             time_columns(ends) + "\n";
  }
  return table;
}

std::string format_confidences(const std::vector<Evaluation>& evaluations) {
  std::string table =
      "                     words  wrong   posterior: mean, ECE, Brier, NCE     confidence: "
      "likewise\n";
  std::map<std::string, std::vector<const Evaluation*>> modalities;
  for (const Evaluation& evaluation : evaluations) {
    table += confidence_row(row_name(evaluation), evaluation.words);
    modalities[evaluation.modality.text()].push_back(&evaluation);
  }
  for (const auto& [modality, conditions] : modalities) {
    std::vector<WordJudgement> words;
    for (const Evaluation* condition : conditions) {
      words.insert(words.end(), condition->words.begin(), condition->words.end());
    }
    if (conditions.size() > 1) {
      table += confidence_row(row_name(modality, "together"), words);
    }
  }
  return table;
}

}  // namespace sotto::experiments
