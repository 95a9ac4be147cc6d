#include "decoding/end_detection.h"

#include <algorithm>
#include <limits>

namespace sotto::decoding {
namespace {

constexpr int64_t kLengths = 3;
constexpr double kMargin = -10.0;  // ln(exp(-10))
constexpr double kNone = -std::numeric_limits<double>::infinity();

/// The best score among hypotheses of a length; any length for -1.
double best_score(const std::vector<Hypothesis>& ended, int64_t length) {
  double best = kNone;
  for (const Hypothesis& hypothesis : ended) {
    if (length < 0 || static_cast<int64_t>(hypothesis.tokens.size()) == length) {
      best = std::max(best, hypothesis.score);
    }
  }
  return best;
}

}  // namespace

bool end_detected(const std::vector<Hypothesis>& ended, int64_t step) {
  const double best = best_score(ended, -1);
  for (int64_t m = 0; m < kLengths; ++m) {
    const double of_length = step >= m ? best_score(ended, step - m) : kNone;
    if (of_length == kNone || of_length - best >= kMargin) {
      return false;
    }
  }
  return true;
}

}  // namespace sotto::decoding
