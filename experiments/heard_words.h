#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "datasets/text/tokenizer.h"
#include "decoding/token_span.h"
#include "decoding/transcript.h"
#include "experiments/calibration.h"

namespace sotto::experiments {

/// What a network says of every frame of one clip.
struct FrameScores {
  at::Tensor emission;  ///< (T, V) log-probabilities of CTC; undefined without
  at::Tensor labels;    ///< (T, C) log-probabilities of the frame labels; undefined without

  int64_t frames() const;
  double duration_s() const;
};

/// A word with what speaks for it. `word` has its times; `word.score` is the mean log-probability
/// of the frames that CTC gives it, and `word.confidence` is unknown until calibrated.
struct HeardWord {
  decoding::Word word;
  WordEvidence evidence;
};

/// Finds words whose tokens were aligned to a clip's CTC (decoding/ctc.h).
///
/// Times are those of the tokens' frames. Where the model has frame labels that know at least half
/// of the words, the labels say instead: CTC learns which tokens are said in which order and is
/// free to put them elsewhere, up to the beginning of the clip for its first word.
/// @param label_words  the words of the labels' classes 1 to C-1; empty: unknown.
std::vector<HeardWord> find_words(
    const FrameScores& frames,
    const std::vector<decoding::TokenSpan>& spans,
    const datasets::Tokenizer& tokenizer,
    const std::vector<std::string>& label_words);

/// When each token was said, by CTC.
std::vector<decoding::TokenTime> token_times(
    const std::vector<decoding::TokenSpan>& spans, const datasets::Tokenizer& tokenizer);

/// Sets the evidence of the readings: the share of those that have the word at its place, each
/// weighted by exp(score), among the first kEvidenceReadings. Fewer than two readings say nothing.
void add_readings(const std::vector<decoding::Reading>& readings, std::vector<HeardWord>& words);

/// The share of the readings, weighted likewise, in which something is said that `words` lack:
/// before the first word, between two or after the last. 0 with fewer than two readings.
double share_with_more(
    const std::vector<decoding::Reading>& readings, const std::vector<HeardWord>& words);

/// Words with calibrated times and confidences.
std::vector<decoding::Word> calibrated_words(
    const std::vector<HeardWord>& words, const ModalityCalibration& calibration, double duration_s);

}  // namespace sotto::experiments
