#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decoding/search_options.h"
#include "experiments/model_file.h"
#include "experiments/recogniser.h"
#include "experiments/score.h"
#include "experiments/word_judgement.h"

namespace sotto::experiments {

/// One evaluation of a model on a store.
struct EvaluateOptions {
  std::string store;
  std::string list;                      ///< ids, one a line; empty: the whole store
  std::vector<Modality> modalities;
  std::vector<double> snr_db;            ///< beside the clean sound
  std::string noise_file;                ///< media file mixed in at snr_db
  std::string noise_list;                ///< ids whose voices make babble; empty: the store's others
  decoding::SearchOptions search;
  std::shared_ptr<const LanguageModel> language_model;  ///< null: none
  uint64_t seed = 0;                     ///< of the noise
};

/// The result for one modality in one condition.
struct Evaluation {
  Modality modality;
  std::optional<double> snr_db;  ///< nothing: clean
  std::vector<ScoredText> texts;
  ScoreReport report;
  std::vector<WordJudgement> words = {};  ///< that were heard; empty without CTC
};

/// Transcribes and scores the clips for every modality and condition, with progress on stderr. Noise
/// changes sound only, so lips alone are evaluated once.
/// @throws DataError, CheckpointError, ConfigError.
std::vector<Evaluation> evaluate(LoadedModel& model, const EvaluateOptions& options);

/// "clean", "-5 dB", or "none" where sound is not listened to.
std::string condition_text(const Evaluation& evaluation);

/// A table for people: a row for each evaluation.
std::string format_evaluations(const std::vector<Evaluation>& evaluations);

/// Tables of word times against those of the store, and of confidences before and after the model's
/// calibration.
std::string format_times(const std::vector<Evaluation>& evaluations);
std::string format_confidences(const std::vector<Evaluation>& evaluations);

/// Everything as JSON, transcripts included.
/// @param text_rules  with which the references were made.
std::string evaluations_json(
    const ModelCard& card,
    const std::string& text_rules,
    const std::vector<Evaluation>& evaluations);

}  // namespace sotto::experiments
