#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/utterance.h"
#include "experiments/confidence_fit.h"
#include "experiments/confidence_scores.h"
#include "experiments/heard_words.h"

namespace sotto::experiments {

/// A word that was heard, held against what was said.
struct WordJudgement {
  WordEvidence evidence;
  double confidence = 0;                          ///< as the model gives it
  bool right = false;                             ///< aligned to an equal word
  double start_error_s = WordEvidence::kUnknown;  ///< heard less true; NaN: wrong, or no true time
  double end_error_s = WordEvidence::kUnknown;
};

/// Judges the words of one clip.
/// @param words       as they were heard, and `calibrated` the same words as the model gives them.
/// @param reference   what was said.
/// @param true_times  of the words of `reference`; empty: not known.
std::vector<WordJudgement> judge_words(
    const std::vector<HeardWord>& words,
    const std::vector<decoding::Word>& calibrated,
    const std::string& reference,
    const std::vector<datasets::WordTime>& true_times);

/// Errors of times, heard less true.
struct TimeScores {
  int64_t words = 0;
  double median_s = 0;  ///< NaN, as all others, without words
  double median_absolute_s = 0;
  double absolute_90_s = 0;  ///< nine in ten are no further away
};
TimeScores score_times(std::vector<double> errors_s);

/// Errors of the words that have them.
std::vector<double> start_errors(const std::vector<WordJudgement>& words);
std::vector<double> end_errors(const std::vector<WordJudgement>& words);

/// The q-quantile of values: the smallest that at least a share q of them does not exceed; between
/// the two middle ones for the median of an even number. NaN without values.
double quantile(std::vector<double> values, double q);

/// Confidences as the model gives them, or, if `raw`, the evidence of the tokens alone.
std::vector<JudgedWord> confidences(const std::vector<WordJudgement>& words, bool raw);

/// What fit_confidence takes.
std::vector<JudgedEvidence> judged_evidence(const std::vector<WordJudgement>& words);

}  // namespace sotto::experiments
