#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/run_state.h"
#include "experiments/report/sample_clip.h"
#include "experiments/report/validation_texts.h"

namespace sotto::experiments {

/// A line of a log, on the scale of the whole run.
struct LogPoint {
  std::string stage;
  int64_t epoch = 0;                      ///< of the stage
  int64_t epochs = 0;                     ///< begun since the run began, this one included
  int64_t step = 0;                       ///< since the run began
  double time_s = 0;                      ///< since 1970; NaN: not known
  std::map<std::string, double> loss;     ///< without those that are no numbers
  std::map<std::string, double> numbers;  ///< learning_rate, perplexity and so on
  /// Errors by measure and modality: wer, cer.
  std::map<std::string, std::map<std::string, double>> errors;
};

/// Lips, sound, both, and others behind them.
struct ModalityOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto place = [](const std::string& name) {
      return name == "v" ? 0 : name == "a" ? 1 : name == "av" ? 2 : 3;
    };
    return place(a) != place(b) ? place(a) < place(b) : a < b;
  }
};
using Curve = std::vector<std::pair<double, double>>;
using ModalityCurves = std::map<std::string, Curve, ModalityOrder>;

/// Where a stage of a log begins.
struct StageBegin {
  std::string name;
  int64_t step = 0;    ///< steps before it
  int64_t epochs = 0;  ///< epochs before it
};

/// What lies in a run's folder, for people who want to look at it.
struct RunData {
  std::string folder;
  std::string label;  ///< the folder's last name
  RunState state;
  std::string recipe_text;
  std::vector<std::pair<std::string, std::string>> recipe;  ///< see yaml_values
  std::vector<LogPoint> training;
  std::vector<LogPoint> validations;
  std::vector<StageBegin> stages;
  ValidationTexts texts;
  std::vector<SampleClip> samples;

  /// A value of the recipe; empty if it has none.
  std::string recipe_value(const std::string& key) const;
  /// What validations measure, such as wer and cer, or perplexity.
  std::vector<std::string> measures() const;
  /// (epochs, value) of a measure, a curve a modality; perplexity has one without a name.
  ModalityCurves measured(const std::string& measure) const;
};

/// A validation that had the least of a measure.
struct BestValue {
  double value = 0;
  size_t index = 0;  ///< of the curve's points
  double epochs = 0;
};
BestValue best_of(const Curve& curve);

/// @throws DataError if there is no such folder, or nothing was logged yet.
RunData read_run(const std::string& folder);

}  // namespace sotto::experiments
