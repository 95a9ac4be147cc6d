#pragma once

#include <string>
#include <vector>

#include "datasets/loader.h"
#include "decoding/hypothesis.h"
#include "decoding/search_options.h"
#include "decoding/transcript.h"
#include "experiments/language_model.h"
#include "experiments/heard_words.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

/// Which streams are listened to.
struct Modality {
  bool audio = true;
  bool video = true;

  /// "a", "v" or "av". @throws ConfigError otherwise.
  static Modality parse(const std::string& text);
  std::string text() const;
};

/// What a network knows of the clips of a batch after one encoder pass. The memory stays where the
/// network computes, for its decoder; scores, of which searches look at single ones, are on the host.
struct Encoded {
  at::Tensor memory;    ///< (B, T, D)
  at::Tensor emission;  ///< (B, T, V) CTC log-probabilities; undefined without CTC
  at::Tensor labels;    ///< (B, T, C) log-probabilities of the frame labels, a mean over the streams;
                        ///< undefined without
  Lengths lengths;

  /// Those of clip `b`, without padding.
  FrameScores frames(int64_t b) const;
};

/// Encodes a batch, wherever it lies, with the streams of `modality`. A stage that trains single
/// streams only has no fused CTC yet: with `stream_head` the stream's own head speaks (modality a or
/// v).
Encoded encode_batch(
    AvsrModelImpl& network,
    const datasets::Batch& batch,
    Modality modality,
    bool stream_head = false);

/// The n best readings of each clip, all searched together.
/// @param language_model  null: none
std::vector<std::vector<decoding::Hypothesis>> search_clips(
    AvsrModelImpl& network,
    const Encoded& encoded,
    const decoding::SearchOptions& options,
    const std::shared_ptr<const LanguageModel>& language_model = nullptr);

/// The texts of hypotheses.
std::vector<decoding::Reading> readings_of(
    const std::vector<decoding::Hypothesis>& nbest, const datasets::Tokenizer& tokenizer);

/// How many readings a search has to find for the model's confidences; see kEvidenceReadings.
int64_t readings_needed(const ModelCard& card, Modality modality);

/// When the tokens of the best reading were said; empty without CTC or readings.
std::vector<decoding::TokenSpan> align_best(
    const FrameScores& frames, const std::vector<decoding::Reading>& readings);

/// The words of the best reading with what speaks for them.
/// @param spans  of `align_best`
std::vector<HeardWord> hear_best(
    const LoadedModel& model,
    const FrameScores& frames,
    const std::vector<decoding::Reading>& readings,
    const std::vector<decoding::TokenSpan>& spans);

/// A transcript with the best reading's words, as the model's calibration has them, and the n best
/// readings.
decoding::Transcript make_transcript(
    const LoadedModel& model,
    Modality modality,
    const FrameScores& frames,
    const std::vector<decoding::Hypothesis>& nbest);

/// A batch of one from an utterance as it was read from a clip.
datasets::Batch batch_of(
    const datasets::Utterance& utterance, const datasets::InputOptions& inputs);

}  // namespace sotto::experiments
