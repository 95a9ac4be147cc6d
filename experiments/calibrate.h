#pragma once

#include <string>
#include <vector>

#include "experiments/evaluate.h"

namespace sotto::experiments {

/// How a model's times and confidences are calibrated.
struct CalibrateOptions {
  EvaluateOptions evaluation;  ///< clips that were not trained on; conditions are pooled
  /// Clips that the model was trained on, for a model with frame labels whose file does not say
  /// which words they are: the list's most frequent words, as in training. Empty: as the file says.
  std::string label_list;
};

/// What was fitted, with the evaluations as they were and as they are with it.
struct Calibrated {
  ModelCard card;
  std::vector<Evaluation> before;
  std::vector<Evaluation> after;
};

/// Fits the calibration of each modality on the words of a store's clips: confidences, and, where
/// the store has word times, the shifts that make the median errors of starts and ends zero.
/// @throws ConfigError for a model without CTC; DataError as evaluate and fit_confidence do.
Calibrated calibrate(LoadedModel& model, const CalibrateOptions& options);

/// Writes the model file `from` with another card's calibration and label words; every tensor stays
/// as it is.
void write_calibrated(const std::string& from, const ModelCard& card, const std::string& to);

}  // namespace sotto::experiments
