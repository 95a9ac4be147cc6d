#pragma once

#include <memory>
#include <vector>

#include "decoding/hypothesis.h"
#include "decoding/scorer.h"
#include "decoding/search_options.h"

namespace sotto::decoding {

class TransformerDecoderImpl;

/// CTC's best path as a hypothesis; `parts` holds "ctc".
/// @param emission (T,V) log-probabilities.
Hypothesis greedy_search(const at::Tensor& emission);

/// What a search may ask; null: not there.
struct SearchNetworks {
  std::shared_ptr<TransformerDecoderImpl> decoder;
  std::shared_ptr<TransformerDecoderImpl> reversed_decoder;  ///< for method "rescoring"
  std::shared_ptr<Scorer> language_model;                    ///< for method "beam"
};

/// The readings of one clip by options.method, best first; empty for a clip without frames:
///
/// - "beam": label-synchronous joint search, see beam_search.h;
/// - "greedy": CTC's best path;
/// - "ctc_prefix": CTC prefix beam search, see ctc_prefix_search.h;
/// - "rescoring": its hypotheses, ordered anew by the decoders, see rescoring.h.
///
/// Clips that are given together share the steps of decoders and language models.
///
/// Runs under the caller's grad mode and thread settings; the networks have to be in eval mode.
/// @throws ConfigError if the options need a network that is null.
std::vector<Hypothesis> search(
    const SearchInput& input,
    const SearchNetworks& networks,
    int64_t vocabulary_size,
    const SearchOptions& options);
std::vector<std::vector<Hypothesis>> search_batch(
    const std::vector<SearchInput>& inputs,
    const SearchNetworks& networks,
    int64_t vocabulary_size,
    const SearchOptions& options);

}  // namespace sotto::decoding
