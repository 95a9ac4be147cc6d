#include "experiments/calibrate.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/labels.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

std::vector<std::string> words_of_labels(const ModelCard& card, const CalibrateOptions& options) {
  const datasets::Store store(options.evaluation.store);
  const int64_t classes = card.model.label_classes;
  if (classes == 0) {
    throw ConfigError("--trained-on: the model " + card.name + " has no frame labels");
  }
  const datasets::WordLabels labels(listed_entries(store, options.label_list), classes - 1);
  if (labels.classes() != classes) {
    throw DataError(
        options.label_list + ": expected clips with times of " + std::to_string(classes - 1) +
        " different words, as the model was trained with, got " +
        std::to_string(labels.words().size()));
  }
  return labels.words();
}

/// The words of all conditions of a modality.
std::vector<WordJudgement> pooled(
    const std::vector<Evaluation>& evaluations, const std::string& modality) {
  std::vector<WordJudgement> words;
  for (const Evaluation& evaluation : evaluations) {
    if (evaluation.modality.text() == modality) {
      words.insert(words.end(), evaluation.words.begin(), evaluation.words.end());
    }
  }
  return words;
}

/// The shift, in whole milliseconds, that makes the median of the errors zero; none without errors.
double shift_of(const std::vector<double>& errors_s) {
  const double shift =
      errors_s.empty() ? 0.0 : 0.0 - std::round(1000 * quantile(errors_s, 0.5)) / 1000;
  if (std::abs(shift) > kMostShift) {
    throw DataError(format_text(
        "words are heard %.1f s from where the store has them; are its word times right?", -shift));
  }
  return shift;
}

ModalityCalibration fit(const std::vector<Evaluation>& evaluations, const std::string& modality) {
  const std::vector<WordJudgement> words = pooled(evaluations, modality);
  try {
    ModalityCalibration calibration = fit_confidence(judged_evidence(words));
    calibration.start_shift_s = shift_of(start_errors(words));
    calibration.end_shift_s = shift_of(end_errors(words));
    return calibration;
  } catch (const DataError& fault) {
    throw DataError("--modality " + modality + ": " + fault.what());
  }
}

}  // namespace

Calibrated calibrate(LoadedModel& model, const CalibrateOptions& options) {
  if (!model.card.model.ctc) {
    throw ConfigError("calibrate: the model " + model.card.name + " has no CTC, so no word times");
  }
  if (!options.label_list.empty()) {
    model.card.label_words = words_of_labels(model.card, options);
  }
  const CalibrationOptions kept = model.card.calibration;
  model.card.calibration = {};
  EvaluateOptions evaluation = options.evaluation;
  evaluation.search.nbest = std::max(evaluation.search.nbest, kEvidenceReadings);
  Calibrated result;
  result.before = evaluate(model, evaluation);
  model.card.calibration = kept;
  for (const Modality modality : evaluation.modalities) {
    model.card.calibration.of(modality.text()) = fit(result.before, modality.text());
  }
  result.after = result.before;
  for (Evaluation& condition : result.after) {
    const ModalityCalibration& fitted = model.card.calibration.of(condition.modality.text());
    for (WordJudgement& word : condition.words) {
      word.confidence = confidence_of(word.evidence, fitted);
      word.start_error_s += fitted.start_shift_s;
      word.end_error_s += fitted.end_shift_s;
    }
  }
  result.card = model.card;
  return result;
}

void write_calibrated(const std::string& from, const ModelCard& card, const std::string& to) {
  ModelContents contents = read_contents(from);
  contents.card.calibration = card.calibration;
  contents.card.label_words = card.label_words;
  write_contents(to, contents);
}

}  // namespace sotto::experiments
