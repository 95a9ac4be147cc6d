#include <cmath>

#include <nlohmann/json.hpp>

#include "experiments/evaluate_report.h"

namespace sotto::experiments {
namespace {

using Json = nlohmann::ordered_json;

/// NaN and infinity, where nothing can be known, become null.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json times_json(const TimeScores& scores) {
  return {
      {"median_absolute_s", number(scores.median_absolute_s)},
      {"absolute_90_s", number(scores.absolute_90_s)},
      {"median_s", number(scores.median_s)}};
}

Json confidences_json(const ConfidenceScores& scores) {
  return {
      {"mean", number(scores.mean)},
      {"ece", number(scores.ece)},
      {"brier", number(scores.brier)},
      {"nce", number(scores.nce)}};
}

/// What is known of the words that were heard.
Json words_json(const std::vector<WordJudgement>& words) {
  const TimeScores starts = score_times(start_errors(words));
  const ConfidenceScores posteriors = score_confidences(confidences(words, true));
  return {
      {"words", posteriors.words},
      {"wrong", posteriors.wrong},
      {"posteriors", confidences_json(posteriors)},
      {"confidences", confidences_json(score_confidences(confidences(words, false)))},
      {"timed", starts.words},
      {"starts", times_json(starts)},
      {"ends", times_json(score_times(end_errors(words)))}};
}

Json rows_json(const std::vector<ScoreRow>& rows, const char* key) {
  Json list = Json::array();
  for (const ScoreRow& row : rows) {
    list.push_back(
        {{key, row.name},
         {"clips", row.sentences},
         {"wrong_clips", row.wrong_sentences},
         {"reference", row.counts.reference()},
         {"errors", row.counts.errors()},
         {"error_rate", number(row.counts.rate())}});
  }
  return list;
}

Json confusions_json(const std::vector<Confusion>& confusions) {
  Json list = Json::array();
  for (const Confusion& confusion : confusions) {
    list.push_back(
        {{"reference", confusion.reference},
         {"hypothesis", confusion.hypothesis},
         {"count", confusion.count}});
  }
  return list;
}

Json clips_json(const std::vector<ScoredText>& texts) {
  Json list = Json::array();
  for (const ScoredText& text : texts) {
    Json clip = {{"id", text.id}, {"reference", text.reference}, {"hypothesis", text.hypothesis}};
    if (!text.talker.empty()) {
      clip["talker"] = text.talker;
    }
    clip["seconds"] = text.seconds;
    clip["repetition"] = text.repetition;
    list.push_back(std::move(clip));
  }
  return list;
}

Json result_json(const Evaluation& evaluation, const ScoreSummary& summary) {
  const EditCounts& words = evaluation.report.words;
  Json result = {
      {"modality", evaluation.modality.text()},
      {"snr_db", evaluation.snr_db ? Json(*evaluation.snr_db) : Json()},
      {"wer", number(evaluation.report.wer())},
      {"cer", number(evaluation.report.cer())},
      {"words", words.reference()},
      {"substitutions", words.substitutions},
      {"deletions", words.deletions},
      {"insertions", words.insertions}};
  result["error_rate"] = number(summary.total.counts.rate());
  result["interval"] = {number(summary.interval.low), number(summary.interval.high)};
  result["draws"] = {{"mean", number(summary.mean)}, {"deviation", number(summary.deviation)}};
  result["draws"]["error_rates"] = Json::array();
  for (const double draw : summary.draws) {
    result["draws"]["error_rates"].push_back(number(draw));
  }
  result["empty"] = summary.errors.empty;
  result["loops"] = summary.errors.loops;
  result["confusions"] = confusions_json(summary.errors.confusions);
  result["talkers"] = rows_json(summary.talkers, "talker");
  result["lengths"] = rows_json(summary.lengths, "length");
  result["heard"] = words_json(evaluation.words);
  result["clips"] = clips_json(evaluation.texts);
  return result;
}

}  // namespace

std::string evaluations_json(
    const ReportHead& head,
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries) {
  const SummaryOptions& options = head.options;
  Json document = {
      {"version", 1},
      {"model", head.model},
      {"text_rules", head.text_rules},
      {"unit", options.unit == ScoreUnit::kWords ? "words" : "characters"},
      {"costs", options.scoring.costs == EditCosts::kSclite ? "sclite" : "uniform"},
      {"blanks_counted", options.scoring.count_spaces},
      {"noise", {{"source", head.noise}, {"seed", head.seed}}},
      {"bootstrap",
       {{"resampled", resample_name(options.resample)},
        {"level", options.bootstrap.level},
        {"replicates", options.bootstrap.replicates},
        {"seed", options.bootstrap.seed}}},
      {"results", Json::array()}};
  for (size_t i = 0; i < evaluations.size(); ++i) {
    Json result = result_json(evaluations[i], summaries[i]);
    if (i < head.comparisons.size()) {
      result["comparison"] = comparison_json(head.comparisons[i]);
    }
    document["results"].push_back(std::move(result));
  }
  if (!head.against.empty()) {
    document["against"] = head.against;
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sotto::experiments
