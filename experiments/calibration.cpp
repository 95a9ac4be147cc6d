#include "experiments/calibration.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::experiments {

void ModalityCalibration::visit(OptionVisitor& v) {
  v.field("fitted", fitted, "whether the values below were fitted");
  v.field("bias", bias, any_value(), "", "of the logit of a confidence");
  v.field("tokens", tokens, at_least(0), "", "weight of the logit of the tokens' posterior");
  v.field("readings", readings, at_least(0), "", "weight of the logit of the readings' share");
  v.field("labels", labels, at_least(0), "", "weight of the logit of the label's posterior");
  v.field("start_shift_s", start_shift_s, between(-kMostShift, kMostShift), "s", "added to words' starts");
  v.field("end_shift_s", end_shift_s, between(-kMostShift, kMostShift), "s", "added to words' ends");
}

void CalibrationOptions::visit(OptionVisitor& visitor) {
  visitor.group("v", v, "lips");
  visitor.group("a", a, "sound");
  visitor.group("av", av, "both");
}

ModalityCalibration& CalibrationOptions::of(const std::string& modality) {
  if (modality != "v" && modality != "a" && modality != "av") {
    throw Error("calibration: expected v, a or av, got '" + modality + "'");
  }
  return modality == "v" ? v : modality == "a" ? a : av;
}

const ModalityCalibration& CalibrationOptions::of(const std::string& modality) const {
  return const_cast<CalibrationOptions*>(this)->of(modality);
}

double bounded_logit(double share) {
  constexpr double kLeast = 0.01;
  const double p = std::clamp(share, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}

EvidenceLogits logits_of(const WordEvidence& evidence) {
  const double tokens = bounded_logit(evidence.tokens);
  return {
      tokens,
      std::isnan(evidence.readings) ? tokens : bounded_logit(evidence.readings),
      std::isnan(evidence.labels) ? tokens : bounded_logit(evidence.labels)};
}

double confidence_of(const WordEvidence& evidence, const ModalityCalibration& calibration) {
  if (!calibration.fitted) {
    return evidence.tokens;
  }
  const EvidenceLogits logits = logits_of(evidence);
  const double logit = calibration.bias + calibration.tokens * logits.tokens +
                       calibration.readings * logits.readings + calibration.labels * logits.labels;
  return 1 / (1 + std::exp(-logit));
}

void shift_times(
    std::vector<decoding::Word>& words, const ModalityCalibration& calibration, double duration_s) {
  if (calibration.start_shift_s == 0 && calibration.end_shift_s == 0) {
    return;
  }
  for (decoding::Word& word : words) {
    word.start = std::clamp(word.start + calibration.start_shift_s, 0.0, duration_s);
    word.end = std::clamp(word.end + calibration.end_shift_s, word.start, duration_s);
  }
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i].start < words[i - 1].end) {
      words[i].start = words[i - 1].end = (words[i].start + words[i - 1].end) / 2;
      words[i].end = std::max(words[i].end, words[i].start);
    }
  }
}

}  // namespace sotto::experiments
