#include "experiments/bench_rows.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "common/format_text.h"

namespace sotto::experiments {

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

BenchRow bench_row(const std::string& part, double gflop, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return {part, times[times.size() / 2], times.front(), times.back(), gflop};
}

BenchRow measure_row(
    const std::string& part, double gflop, int64_t repeats, const std::function<void()>& work) {
  work();
  std::vector<double> times;
  for (int64_t i = 0; i < repeats; ++i) {
    const double start = steady_seconds();
    work();
    times.push_back(steady_seconds() - start);
  }
  return bench_row(part, gflop, std::move(times));
}

std::string bench_table(
    const std::vector<BenchRow>& rows, double peak_gflops, int part_width, int decimals) {
  std::string text = format_text(
      "%-*s %10s %19s %9s %6s\n", part_width, "", "ms", "fastest - slowest", "GFLOP/s", "peak");
  for (const BenchRow& row : rows) {
    text += format_text(
        "%-*s %10.*f %9.*f %9.*f", part_width, row.part.c_str(), decimals, row.median_s * 1e3,
        decimals, row.low_s * 1e3, decimals, row.high_s * 1e3);
    if (row.gflop > 0) {
      const double rate = row.gflop / row.median_s;
      text += format_text(" %9.0f %5.0f%%", rate, 100 * rate / peak_gflops);
    }
    text += "\n";
  }
  return text;
}

nlohmann::ordered_json bench_rows_json(const std::vector<BenchRow>& rows) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (const BenchRow& row : rows) {
    parts.push_back(
        {{"part", row.part},
         {"median_s", row.median_s},
         {"fastest_s", row.low_s},
         {"slowest_s", row.high_s},
         {"gflop", row.gflop}});
  }
  return parts;
}

}  // namespace sotto::experiments
