#include "experiments/significance_comparison.h"

#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/format_text.h"

namespace sotto::experiments {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFewUnits = 10;  // too few for the percentiles of a bootstrap to mean much

/// The texts of B in the order of A's.
std::vector<ScoredText> in_order_of(
    const std::vector<ScoredText>& a,
    const std::vector<ScoredText>& b,
    ScoreUnit unit,
    const ScoreOptions& options) {
  std::map<std::pair<std::string, int64_t>, const ScoredText*> known;
  for (const ScoredText& text : b) {
    known[{text.id, text.repetition}] = &text;
  }
  if (a.size() != b.size() || known.size() != b.size()) {
    throw DataError(
        "compare: expected the same clips of both systems, got " + std::to_string(a.size()) +
        " and " + std::to_string(b.size()));
  }
  std::vector<ScoredText> ordered;
  for (const ScoredText& text : a) {
    const auto found = known.find({text.id, text.repetition});
    if (found == known.end()) {
      throw DataError("compare: only one system has the clip " + text.id);
    }
    const ScoredText& other = *found->second;
    if (score_units(text.reference, unit, options) != score_units(other.reference, unit, options)) {
      throw DataError("compare: the references of " + text.id + " differ");
    }
    ordered.push_back(other);
    ordered.back().talker = text.talker;
  }
  return ordered;
}

std::string percent(double share) {
  return std::isfinite(share) ? format_text("%.2f", 100 * share) : "?";
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

}  // namespace

std::string resample_name(Resample resample) {
  return resample == Resample::kTalkers ? "talkers" : "clips";
}

SystemComparison compare_systems(
    const std::vector<ScoredText>& a,
    const std::vector<ScoredText>& b,
    ScoreUnit unit,
    const ScoreOptions& options,
    Resample resample,
    const BootstrapOptions& bootstrap) {
  const std::vector<ScoredText> ordered = in_order_of(a, b, unit, options);
  const ScoreReport report_a = score(a, options);
  const ScoreReport report_b = score(ordered, options);
  std::vector<SegmentErrors> segments;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto more = error_segments(
        score_units(a[i].reference, unit, options),
        score_units(a[i].hypothesis, unit, options),
        score_units(ordered[i].hypothesis, unit, options),
        options.costs);
    segments.insert(segments.end(), more.begin(), more.end());
  }
  const std::vector<ErrorSum> units = error_sums(report_a, unit, resample);
  SystemComparison comparison;
  comparison.unit = unit;
  comparison.resample = resample;
  comparison.resampled = static_cast<int64_t>(units.size());
  const bool words = unit == ScoreUnit::kWords;
  comparison.a = words ? report_a.words : report_a.characters;
  comparison.b = words ? report_b.words : report_b.characters;
  comparison.bootstrap = paired_bootstrap(units, error_sums(report_b, unit, resample), bootstrap);
  comparison.segments = test_segments(segments);
  return comparison;
}

std::string format_comparison(const SystemComparison& comparison) {
  const char* rate = comparison.unit == ScoreUnit::kWords ? "WER" : "CER";
  const PairedBootstrap& drawn = comparison.bootstrap;
  const SegmentTest& test = comparison.segments;
  std::string text = format_text(
      "%s %%                 A %s   B %s   B - A %s, 95 %% of the draws within [%s, %s]\n",
      rate,
      percent(comparison.a.rate()).c_str(),
      percent(comparison.b.rate()).c_str(),
      percent(drawn.difference).c_str(),
      percent(drawn.interval.low).c_str(),
      percent(drawn.interval.high).c_str());
  text += format_text(
      "paired bootstrap      %lld %s; B is better in %s %% of the draws, worse in %s %%\n",
      static_cast<long long>(comparison.resampled),
      resample_name(comparison.resample).c_str(),
      percent(drawn.better).c_str(),
      percent(drawn.worse).c_str());
  text += format_text(
      "matched pairs         %lld segments, errors A %lld, B %lld; mean A - B %.3f, deviation %.3f, z "
      "%.3f, p %.4g\n",
      static_cast<long long>(test.segments),
      static_cast<long long>(test.a),
      static_cast<long long>(test.b),
      test.mean,
      test.deviation,
      test.z,
      test.p);
  if (test.segments < SegmentTest::kEnough) {
    text += format_text(
        "note: the matched-pairs test needs %lld segments or more to be believed\n",
        static_cast<long long>(SegmentTest::kEnough));
  }
  if (comparison.resampled < kFewUnits) {
    text += format_text(
        "note: %lld %s are few: the interval is a rough one\n",
        static_cast<long long>(comparison.resampled),
        resample_name(comparison.resample).c_str());
  }
  return text;
}

nlohmann::ordered_json comparison_json(const SystemComparison& comparison) {
  const PairedBootstrap& drawn = comparison.bootstrap;
  const SegmentTest& test = comparison.segments;
  return {
      {"unit", comparison.unit == ScoreUnit::kWords ? "words" : "characters"},
      {"error_rate_a", number(comparison.a.rate())},
      {"error_rate_b", number(comparison.b.rate())},
      {"difference", number(drawn.difference)},
      {"interval", {number(drawn.interval.low), number(drawn.interval.high)}},
      {"resampled", resample_name(comparison.resample)},
      {"resampled_units", comparison.resampled},
      {"better", number(drawn.better)},
      {"worse", number(drawn.worse)},
      {"matched_pairs",
       {{"segments", test.segments},
        {"errors_a", test.a},
        {"errors_b", test.b},
        {"mean", test.mean},
        {"deviation", test.deviation},
        {"z", number(test.z)},
        {"p", number(test.p)}}}};
}

}  // namespace sotto::experiments
