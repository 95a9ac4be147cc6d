#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/autocast.h"
#include "experiments/bench_rows.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

/// What one step of a training is timed on: clips of random lips and sound with random labels, all
/// of one length, dropout on.
struct TrainBenchOptions {
  int64_t clips = 4;
  int64_t frames = 100;  ///< a clip
  int64_t labels = 25;   ///< a clip
  int64_t repeats = 3;   ///< of which the median counts; one more goes before them
  StepPrecision precision = StepPrecision::kFloat32;
  bool checkpointing = false;
  /// Called with what is measured next.
  std::function<void(const std::string&)> progress;
};

struct TrainBenchReport {
  std::string model;
  TrainBenchOptions options;
  double parameters = 0;
  double peak_gflops =
      0;  ///< product of 1024 x 1024 matrices in the step's precision, same process
  double resident_mib = 0;  ///< behind the last step
  /// The step, its forward pass, backward pass and optimiser; then networks alone, forward and
  /// back.
  std::vector<BenchRow> rows;
};

/// Times a training step as the trainer does it: autocast around the forward pass and the losses,
/// backward, clipping and AdamW.
TrainBenchReport bench_training(LoadedModel model, const TrainBenchOptions& options);

/// A table with clips and frames a second and the step's share of the matrix rate; and JSON with
/// the machine.
std::string train_bench_text(const TrainBenchReport& report);
std::string train_bench_json(const TrainBenchReport& report);

}  // namespace sotto::experiments
