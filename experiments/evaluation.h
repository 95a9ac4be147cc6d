#pragma once

#include <functional>
#include <vector>

#include "datasets/loader.h"
#include "decoding/search_options.h"
#include "experiments/recogniser.h"
#include "experiments/score.h"

namespace sotto::experiments {

/// How a set is transcribed and scored.
struct EvaluationOptions {
  Modality modality;
  decoding::SearchOptions search;
  bool stream_head = false;  ///< see encode_batch
  std::shared_ptr<const LanguageModel> language_model = nullptr;  ///< null: none
};

/// A clip that was transcribed: its place in the batch, and what was found for one of the options.
struct EvaluatedClip {
  size_t option;
  const datasets::Batch& batch;
  int64_t b;
  const Encoded& encoded;
  const std::vector<decoding::Hypothesis>& nbest;
};

/// Transcribes every clip of a loader's epoch in evaluation mode and scores it. Each batch may be
/// read for several modalities from one pass over the data.
/// @param advance  called with the number of clips of each batch that is done; what it throws ends
///                 the work. May be empty.
/// @param visit    called with each clip, in the loader's order. May be empty.
/// @return texts for each of `options`, in the loader's order.
std::vector<std::vector<ScoredText>> transcribe_set(
    AvsrModelImpl& network,
    datasets::Loader& loader,
    const datasets::Tokenizer& tokenizer,
    const std::vector<EvaluationOptions>& options,
    const std::function<void(int64_t)>& advance = {},
    const std::function<void(const EvaluatedClip&)>& visit = {});

}  // namespace sotto::experiments
