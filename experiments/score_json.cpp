#include "experiments/score_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "experiments/score_table.h"

namespace sotto::experiments {
namespace {

using Json = nlohmann::ordered_json;

const char* costs_name(const ScoreOptions& options) {
  return options.costs == EditCosts::kSclite ? "sclite" : "uniform";
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json counts_json(const EditCounts& counts) {
  return {
      {"reference", counts.reference()},
      {"correct", counts.correct},
      {"substitutions", counts.substitutions},
      {"deletions", counts.deletions},
      {"insertions", counts.insertions},
      {"errors", counts.errors()}};
}

/// A sum over clips: counts and rates. A rate over an empty reference is not a number: null.
Json row_json(const ScoreRow& row) {
  Json json = counts_json(row.counts);
  json["sentences"] = row.sentences;
  json["wrong_sentences"] = row.wrong_sentences;
  const double rate = row.counts.rate();
  json["error_rate"] = std::isfinite(rate) ? Json(rate) : Json();
  return json;
}

Json talkers_json(const ScoreReport& report) {
  const std::vector<ScoreRow> words = talker_rows(report, ScoreUnit::kWords);
  const std::vector<ScoreRow> characters = talker_rows(report, ScoreUnit::kCharacters);
  Json talkers = Json::array();
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].name.empty()) {
      talkers.push_back(
          {{"talker", words[i].name},
           {"words", row_json(words[i])},
           {"characters", row_json(characters[i])}});
    }
  }
  return talkers;
}

Json clip_json(const ClipScore& clip) {
  Json json = {{"id", clip.id}};
  if (!clip.talker.empty()) {
    json["talker"] = clip.talker;
  }
  json["words"] = counts_json(clip.words);
  json["characters"] = counts_json(clip.characters);
  return json;
}

}  // namespace

std::string write_score_json(
    const ScoreReport& report, const ScoreOptions& options, const ScoreRemarks& remarks) {
  Json clips = Json::array();
  for (const ClipScore& clip : report.clips) {
    clips.push_back(clip_json(clip));
  }
  Json json = {
      {"version", 1},
      {"costs", costs_name(options)},
      {"blanks_counted", options.count_spaces},
      {"words", row_json(total_row(report, ScoreUnit::kWords))},
      {"characters", row_json(total_row(report, ScoreUnit::kCharacters))},
      {"talkers", talkers_json(report)},
      {"clips", std::move(clips)}};
  for (const auto& [key, interval] :
       {std::pair{"words", remarks.words}, std::pair{"characters", remarks.characters}}) {
    if (interval) {
      json[key]["interval"] = {number(interval->low), number(interval->high)};
    }
  }
  if (!remarks.text_rules.empty()) {
    json["text_rules"] = remarks.text_rules;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string write_comparison_json(
    const SystemComparison& comparison,
    const ScoreOptions& options,
    const std::string& text_rules) {
  Json json = {{"version", 1}, {"costs", costs_name(options)}};
  if (!text_rules.empty()) {
    json["text_rules"] = text_rules;
  }
  json["comparison"] = comparison_json(comparison);
  return json.dump(2) + "\n";
}

}  // namespace sotto::experiments
