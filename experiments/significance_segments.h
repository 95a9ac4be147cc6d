#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// Errors of two systems in a segment of a sentence.
struct SegmentErrors {
  int64_t a = 0;
  int64_t b = 0;
};

/// The segments of a sentence in which a system errs: bounded by at least two units that follow
/// each other and that both systems have right, or by the sentence's ends (NIST's `sc_stats`).
std::vector<SegmentErrors> error_segments(
    const std::vector<std::string>& reference,
    const std::vector<std::string>& a,
    const std::vector<std::string>& b,
    EditCosts costs = EditCosts::kUniform);

/// The matched-pairs sentence-segment word error test (Gillick and Cox 1989): segments are far
/// enough apart for the differences of their errors to be independent.
struct SegmentTest {
  static constexpr int64_t kEnough = 50;  ///< segments for the normal approximation

  int64_t segments = 0;
  int64_t a = 0;  ///< errors
  int64_t b = 0;
  double mean = 0;       ///< of errors of A minus errors of B in a segment
  double deviation = 0;  ///< standard deviation of the same
  double z = 0;          ///< mean / (deviation / sqrt(segments)); not a number without a deviation
  double p = 1;          ///< two-sided; not a number where z is none
};

SegmentTest test_segments(const std::vector<SegmentErrors>& segments);

}  // namespace sotto::experiments
