#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/kernels/precision.h"
#include "decoding/search_options.h"
#include "experiments/bench_rows.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

/// What is measured: a clip of random lips and sound, `frames` long.
struct BenchOptions {
  int64_t frames = 75;
  int64_t steps = 10;    ///< tokens of a searched transcript
  int64_t repeats = 5;   ///< of which the median counts; one more goes before them
  Precision precision = Precision::kFloat32;
  decoding::SearchOptions search;
  /// Called with what is measured next.
  std::function<void(const std::string&)> progress;
};

struct BenchReport {
  std::string model;
  BenchOptions options;
  double peak_gflops = 0;  ///< fp32 product of 1024 x 1024 matrices in the same process
  double resident_mib = 0;  ///< with the packed model, after the run
  std::vector<BenchRow> rows;
};

/// The recogniser of Ma et al. 2021 and Auto-AVSR in its base size (lips only, 250 M weights, 5049
/// tokens) with random weights: what published numbers are of.
LoadedModel random_base_model(int64_t vocabulary = 5049);

/// Measures every part of a model that is packed here, and a whole search.
///
/// "search step" is one token of all hypotheses; "its products" are the matrix products of the same
/// shapes over other weights of the same sizes, the least such a step can take.
BenchReport bench(LoadedModel model, const BenchOptions& options);

/// A table, and JSON with the machine.
std::string bench_text(const BenchReport& report);
std::string bench_json(const BenchReport& report);

}  // namespace sotto::experiments
