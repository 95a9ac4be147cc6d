#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sotto::experiments {

/// What one part of a benchmark took.
struct BenchRow {
  std::string part;
  double median_s = 0;
  double low_s = 0;   ///< the fastest and slowest repeat
  double high_s = 0;
  double gflop = 0;  ///< products and sums of its matrix products and convolutions; 0: not counted
};

/// Seconds on a clock that never goes back.
double steady_seconds();

/// A row of repeats. @param times  seconds of each, at least one
BenchRow bench_row(const std::string& part, double gflop, std::vector<double> times);

/// Times `work`, once before for warmth, then `repeats` times.
BenchRow measure_row(
    const std::string& part, double gflop, int64_t repeats, const std::function<void()>& work);

/// A table of rows with its head. @param peak_gflops  what a rate is a share of
std::string bench_table(
    const std::vector<BenchRow>& rows, double peak_gflops, int part_width, int decimals);

nlohmann::ordered_json bench_rows_json(const std::vector<BenchRow>& rows);

}  // namespace sotto::experiments
