#pragma once

#include <cstdint>
#include <vector>

namespace sotto::experiments {

/// A word's confidence and whether the word is right (aligned to an equal word of what was said).
struct JudgedWord {
  double confidence = 0;
  bool right = false;
};

/// How far confidences can be believed.
struct ConfidenceScores {
  int64_t words = 0;
  int64_t wrong = 0;
  double mean = 0;   ///< mean confidence
  double ece = 0;    ///< expected calibration error, see below
  double brier = 0;  ///< mean of (confidence - right)^2
  /// Normalised cross entropy (NIST): (H - C) / H, where H is the entropy of always saying the
  /// overall share of right words and C the mean surprise at what the confidences say, each held
  /// between 0.01 % and 99.99 %. 1 is perfect, 0 or less is worth nothing. NaN where all words are
  /// right or all wrong.
  double nce = 0;
};

/// The expected calibration error puts the words, by confidence, into `bins` of equal count and
/// averages |share of right words - mean confidence|, weighted by count; equal confidences keep the
/// order given. NaN throughout without words.
ConfidenceScores score_confidences(std::vector<JudgedWord> words, int64_t bins = 10);

}  // namespace sotto::experiments
