#include <algorithm>
#include <cmath>
#include <map>

#include "common/error.h"
#include "common/svg_plot.h"
#include "experiments/evaluate_report.h"

namespace sotto::experiments {
namespace {

std::string label_of(Modality modality) {
  return !modality.audio ? "lips" : modality.video ? "both" : "sound";
}

PlotValue value_of(const ScoreSummary& summary) {
  return {
      100 * summary.total.counts.rate(), 100 * summary.interval.low, 100 * summary.interval.high};
}

}  // namespace

std::string plot_evaluations(
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries,
    ScoreUnit unit,
    const std::string& title) {
  std::vector<double> ratios;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.snr_db) {
      ratios.push_back(*evaluation.snr_db);
    }
  }
  std::sort(ratios.begin(), ratios.end());
  ratios.erase(std::unique(ratios.begin(), ratios.end()), ratios.end());
  if (ratios.empty()) {
    throw ConfigError("--plot: expected --snr, the ratios to draw error rates against");
  }
  std::vector<std::string> order;
  std::map<std::string, PlotLine> lines;
  for (size_t i = 0; i < evaluations.size(); ++i) {
    const std::string name = label_of(evaluations[i].modality);
    if (lines.count(name) == 0) {
      order.push_back(name);
    }
    PlotLine& line = lines[name];
    line.label = name;
    const PlotValue value = value_of(summaries[i]);
    if (evaluations[i].snr_db) {
      line.points.emplace_back(*evaluations[i].snr_db, value.y);
      line.bands.emplace_back(value.low, value.high);
      continue;
    }
    line.apart = value;
    if (!evaluations[i].modality.audio) {  // the same whatever the sound
      for (const double ratio : ratios) {
        line.points.emplace_back(ratio, value.y);
        line.bands.emplace_back(value.low, value.high);
      }
    }
  }
  std::vector<PlotLine> curves;
  for (const std::string& name : order) {
    PlotLine& line = lines[name];
    std::vector<size_t> places(line.points.size());
    for (size_t i = 0; i < places.size(); ++i) {
      places[i] = i;
    }
    std::sort(places.begin(), places.end(), [&](size_t a, size_t b) {
      return line.points[a].first < line.points[b].first;
    });
    PlotLine sorted;
    sorted.label = name;
    sorted.apart = line.apart;
    for (const size_t place : places) {
      sorted.points.push_back(line.points[place]);
      sorted.bands.push_back(line.bands[place]);
    }
    curves.push_back(std::move(sorted));
  }
  PlotOptions options;
  options.title = title;
  options.x_label = "signal-to-noise ratio in dB";
  options.y_label =
      unit == ScoreUnit::kWords ? "word error rate in %" : "character error rate in %";
  options.apart_label = "clean";
  options.x_ticks = ratios;
  return svg_plot(options, curves);
}

}  // namespace sotto::experiments
