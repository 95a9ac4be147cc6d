#pragma once

#include <cstdint>
#include <string>

namespace sotto::experiments {

/// How the loader is timed: random 88x88 windows of the crop, mirrored at times, masked, with
/// sound, 1600 frames a batch, as the published recognisers are trained. Nothing is kept between
/// epochs.
struct LoaderBenchOptions {
  std::string store;  ///< of clips, or packed
  int64_t workers = 1;
  int64_t frames = 1600;  ///< a batch
  double seconds = 10;    ///< to go on for at least
};

struct LoaderBenchReport {
  bool packed = false;
  int64_t batches = 0;
  int64_t clips = 0;
  int64_t frames = 0;    ///< of clips, without padding
  double stored_mb = 0;  ///< lips and sound as they are stored, without compression, in 10^6 bytes
  double wall_s = 0;
  double cpu_s = 0;  ///< of all threads
};

/// Reads batches for a while, after one that does not count. @throws DataError.
LoaderBenchReport bench_loader(const LoaderBenchOptions& options);

/// A table: clips, frames and megabytes a second, by the clock and by a core's time.
std::string loader_bench_text(const LoaderBenchReport& report, const LoaderBenchOptions& options);
std::string loader_bench_json(const LoaderBenchReport& report, const LoaderBenchOptions& options);

}  // namespace sotto::experiments
