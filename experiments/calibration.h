#pragma once

#include <limits>
#include <string>
#include <vector>

#include "common/options.h"
#include "decoding/transcript.h"

namespace sotto::experiments {

/// What speaks for a word: shares from 0 to 1; NaN: not known.
struct WordEvidence {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  double tokens = kUnknown;    ///< mean CTC posterior over the frames of its tokens
  double readings = kUnknown;  ///< of the probability of the best readings, what agrees here
  double labels = kUnknown;    ///< mean posterior of its frame label over its frames
};

/// Readings whose agreement is evidence; more add nothing and cost time.
inline constexpr int64_t kEvidenceReadings = 4;

/// Word times can be shifted by so much, in seconds: more is no matter of habit.
inline constexpr double kMostShift = 2;

/// How the times and confidences of one modality are corrected; see fit_confidence and
/// `sotto calibrate`. Until it is fitted, a confidence is the evidence of the tokens.
struct ModalityCalibration : Options {
  bool fitted = false;
  double bias = 0;
  double tokens = 0;
  double readings = 0;
  double labels = 0;
  double start_shift_s = 0;
  double end_shift_s = 0;

  void visit(OptionVisitor& v) override;
};

/// What a model file says of its confidences.
struct CalibrationOptions : Options {
  ModalityCalibration v;
  ModalityCalibration a;
  ModalityCalibration av;

  /// @param modality  "v", "a" or "av".
  ModalityCalibration& of(const std::string& modality);
  const ModalityCalibration& of(const std::string& modality) const;
  bool any() const { return v.fitted || a.fitted || av.fitted; }

  void visit(OptionVisitor& visitor) override;
};

/// log p/(1-p) of a share that is held between 1 % and 99 %: shares near 0 and 1 are mostly
/// arithmetic, and no single piece of evidence may outweigh all others.
double bounded_logit(double share);

/// The three logits that a confidence is made of: tokens, readings, labels. What is not known is
/// taken to speak as the tokens do.
struct EvidenceLogits {
  double tokens;
  double readings;
  double labels;
};
EvidenceLogits logits_of(const WordEvidence& evidence);

/// The probability that a word is right: logistic in the evidence's logits.
double confidence_of(const WordEvidence& evidence, const ModalityCalibration& calibration);

/// Moves starts and ends by the calibration's shifts, within a clip of `duration_s`. Where a start
/// would come to lie before the end of the word before, both meet halfway.
void shift_times(
    std::vector<decoding::Word>& words, const ModalityCalibration& calibration, double duration_s);

}  // namespace sotto::experiments
