#pragma once

#include <string>
#include <vector>

#include "datasets/loader.h"
#include "decoding/hypothesis.h"
#include "decoding/search_options.h"
#include "decoding/transcript.h"
#include "experiments/language_model.h"
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

/// What a network knows of the clips of a batch after one encoder pass.
struct Encoded {
  at::Tensor memory;    ///< (B, T, D)
  at::Tensor emission;  ///< (B, T, V) CTC log-probabilities; undefined without CTC
  Lengths lengths;
};

/// Encodes a batch with the streams of `modality`. A stage that trains single streams only has no
/// fused CTC yet: with `stream_head` the stream's own head speaks (modality a or v).
Encoded encode_batch(
    AvsrModelImpl& network,
    const datasets::Batch& batch,
    Modality modality,
    bool stream_head = false);

/// The n best readings of clip `b`.
/// @param language_model  null: none
std::vector<decoding::Hypothesis> search_clip(
    AvsrModelImpl& network,
    const Encoded& encoded,
    int64_t b,
    const decoding::SearchOptions& options,
    const std::shared_ptr<const LanguageModel>& language_model = nullptr);

/// A transcript with words' times (CTC alignment of the best reading) and the n best readings.
decoding::Transcript make_transcript(
    const Encoded& encoded,
    int64_t b,
    const std::vector<decoding::Hypothesis>& nbest,
    const datasets::Tokenizer& tokenizer);

/// A batch of one from an utterance as it was read from a clip.
datasets::Batch batch_of(
    const datasets::Utterance& utterance, const datasets::InputOptions& inputs);

}  // namespace sotto::experiments
