#pragma once

#include <vector>

#include "experiments/calibration.h"

namespace sotto::experiments {

/// A word that was heard, and whether it was said.
struct JudgedEvidence {
  WordEvidence evidence;
  bool right = false;
};

/// Right and wrong words that a fit needs, each.
inline constexpr int64_t kFewestToFit = 10;

/// Fits bias and weights by penalised maximum likelihood (Newton's method; the penalty is half the
/// sum of the squared weights, so that few words make no steep curve). More evidence must not mean
/// less confidence, and little is not worth looking for: a weight that would be below 0.05 is 0,
/// and so is that of evidence that no word has.
/// @return fitted, without shifts.
/// @throws DataError with fewer than kFewestToFit right or wrong words.
ModalityCalibration fit_confidence(const std::vector<JudgedEvidence>& words);

}  // namespace sotto::experiments
