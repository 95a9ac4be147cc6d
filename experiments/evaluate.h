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
  std::string noise_manifest;            ///< file of every clip's noise, made if it is missing
  int64_t repetitions = 1;               ///< draws of noise
  decoding::SearchOptions search;
  std::shared_ptr<const LanguageModel> language_model;  ///< null: none
  ScoreOptions scoring;
  /// Each clip is read with the lips and the sound of another one: who is right then, does not look.
  bool swapped = false;
  uint64_t seed = 0;                     ///< of the noise
};

/// The result for one modality in one condition.
struct Evaluation {
  Modality modality;
  std::optional<double> snr_db;   ///< nothing: clean
  std::vector<ScoredText> texts;  ///< the clips in the store's or list's order, for each repetition
  ScoreReport report;
  std::vector<WordJudgement> words = {};  ///< that were heard; empty without CTC
};

/// @throws ConfigError if a model lacks a stream that is to be read.
void check_modalities(const ModelCard& card, const std::vector<Modality>& modalities);

/// Transcribes and scores the clips for every modality and condition, with progress on stderr. Noise
/// changes sound only, so lips alone are evaluated once. Every clip's noise depends on (seed, clip,
/// ratio, repetition) alone, or on the manifest.
/// @throws DataError, CheckpointError, ConfigError.
std::vector<Evaluation> evaluate(LoadedModel& model, const EvaluateOptions& options);

}  // namespace sotto::experiments
