#include "experiments/significance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "common/error.h"
#include "common/random.h"

namespace sotto::experiments {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

ErrorSum total_of(const std::vector<ErrorSum>& units) {
  ErrorSum total;
  for (const ErrorSum& unit : units) {
    total.errors += unit.errors;
    total.reference += unit.reference;
  }
  return total;
}

double rate_of(int64_t errors, int64_t reference) {
  return reference == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(reference);
}

/// The ends of the middle `level` of the values: order statistics, as many outside on either side.
Interval middle_of(std::vector<double> values, double level) {
  std::sort(values.begin(), values.end());
  const auto outside =
      static_cast<size_t>(std::floor((1 - level) / 2 * static_cast<double>(values.size())));
  return {values[outside], values[values.size() - 1 - outside]};
}

}  // namespace

std::vector<ErrorSum> error_sums(const ScoreReport& report, ScoreUnit unit, Resample resample) {
  std::map<std::string, ErrorSum> sums;
  for (const ClipScore& clip : report.clips) {
    if (resample == Resample::kTalkers && clip.talker.empty()) {
      throw DataError("bootstrap: " + clip.id + ": its talker is not known; resample clips");
    }
    ErrorSum& sum = sums[resample == Resample::kTalkers ? clip.talker : clip.id];
    sum.errors += clip.counts(unit).errors();
    sum.reference += clip.counts(unit).reference();
  }
  std::vector<ErrorSum> units;
  for (const auto& [name, sum] : sums) {
    units.push_back(sum);
  }
  return units;
}

Interval bootstrap_interval(const std::vector<ErrorSum>& units, const BootstrapOptions& options) {
  if (total_of(units).reference == 0) {
    return {kUnknown, kUnknown};
  }
  Random random(options.seed);
  const auto count = static_cast<int64_t>(units.size());
  std::vector<double> rates;
  for (int64_t i = 0; i < options.replicates; ++i) {
    ErrorSum sum;
    for (int64_t k = 0; k < count; ++k) {
      const ErrorSum& unit = units[static_cast<size_t>(random.below(count))];
      sum.errors += unit.errors;
      sum.reference += unit.reference;
    }
    rates.push_back(rate_of(sum.errors, sum.reference));
  }
  return middle_of(std::move(rates), options.level);
}

PairedBootstrap paired_bootstrap(
    const std::vector<ErrorSum>& a,
    const std::vector<ErrorSum>& b,
    const BootstrapOptions& options) {
  const auto count = static_cast<int64_t>(a.size());
  bool paired = a.size() == b.size();
  for (size_t i = 0; paired && i < a.size(); ++i) {
    paired = a[i].reference == b[i].reference;
  }
  if (!paired) {
    throw DataError("bootstrap: the two systems were scored on other clips or other references");
  }
  const ErrorSum total_a = total_of(a);
  const ErrorSum total_b = total_of(b);
  PairedBootstrap result;
  if (total_a.reference == 0) {
    return {kUnknown, {kUnknown, kUnknown}, kUnknown, kUnknown};
  }
  result.difference = rate_of(total_b.errors - total_a.errors, total_a.reference);
  Random random(options.seed);
  std::vector<double> differences;
  int64_t better = 0;
  int64_t worse = 0;
  for (int64_t i = 0; i < options.replicates; ++i) {
    int64_t more = 0;
    int64_t reference = 0;
    for (int64_t k = 0; k < count; ++k) {
      const auto unit = static_cast<size_t>(random.below(count));
      more += b[unit].errors - a[unit].errors;
      reference += a[unit].reference;
    }
    differences.push_back(rate_of(more, reference));
    better += more < 0 ? 1 : 0;
    worse += more > 0 ? 1 : 0;
  }
  result.interval = middle_of(std::move(differences), options.level);
  result.better = rate_of(better, options.replicates);
  result.worse = rate_of(worse, options.replicates);
  return result;
}

}  // namespace sotto::experiments
