#include "experiments/confidence_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sotto::experiments {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double surprise(const JudgedWord& word) {
  constexpr double kLeast = 1e-4;
  const double p = std::clamp(word.confidence, kLeast, 1 - kLeast);
  return -std::log(word.right ? p : 1 - p);
}

double entropy(double p) {
  return p <= 0 || p >= 1 ? 0 : -p * std::log(p) - (1 - p) * std::log(1 - p);
}

}  // namespace

ConfidenceScores score_confidences(std::vector<JudgedWord> words, int64_t bins) {
  std::stable_sort(words.begin(), words.end(), [](const JudgedWord& a, const JudgedWord& b) {
    return a.confidence < b.confidence;
  });
  ConfidenceScores scores;
  const auto n = static_cast<int64_t>(words.size());
  scores.words = n;
  if (n == 0) {
    scores.mean = scores.ece = scores.brier = scores.nce = kUnknown;
    return scores;
  }
  double right = 0;
  double surprises = 0;
  double gaps = 0;
  int64_t next = 0;
  for (int64_t bin = 0; bin < bins; ++bin) {
    double gap = 0;  // right words less what their confidences promise
    for (; next < (bin + 1) * n / bins; ++next) {
      const JudgedWord& word = words[static_cast<size_t>(next)];
      const double outcome = word.right ? 1 : 0;
      gap += outcome - word.confidence;
      right += outcome;
      scores.mean += word.confidence;
      scores.brier += (word.confidence - outcome) * (word.confidence - outcome);
      surprises += surprise(word);
    }
    gaps += std::abs(gap);
  }
  const auto count = static_cast<double>(n);
  const double prior = entropy(right / count);
  scores.wrong = n - static_cast<int64_t>(right);
  scores.mean /= count;
  scores.brier /= count;
  scores.ece = gaps / count;
  scores.nce = prior > 0 ? (prior - surprises / count) / prior : kUnknown;
  return scores;
}

}  // namespace sotto::experiments
