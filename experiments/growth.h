#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/bench.h"

namespace sotto::experiments {

/// How the time of one part grows with one quantity, all others as the options have them.
struct GrowthCurve {
  std::string quantity;  ///< "beam", "seconds" or "vocabulary"
  std::string part;
  std::vector<std::pair<double, double>> points;  ///< (quantity, seconds)

  /// The k of time ~ quantity^k: least squares over the logarithms of all points, or of the last
  /// two.
  double exponent() const;
  double last_exponent() const;
};

/// Measures the base size with random weights: beams 1 to 40, clips of 1 to 60 s, vocabularies of
/// 40 to 5000 tokens. Each curve is of a token of the search, of the encoder, or of the CTC head.
std::vector<GrowthCurve> measure_growth(const BenchOptions& options);

/// A table, JSON, and a plot of each quantity by file name (growth-beam.svg ...).
std::string growth_text(const std::vector<GrowthCurve>& curves);
std::string growth_json(const std::vector<GrowthCurve>& curves, const BenchOptions& options);
std::vector<std::pair<std::string, std::string>> growth_plots(
    const std::vector<GrowthCurve>& curves);

}  // namespace sotto::experiments
