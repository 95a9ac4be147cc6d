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

/// The readings of one clip by options.method, best first; empty for a clip without frames.
///
/// Runs under the caller's grad mode and thread settings; the networks have to be in eval mode.
/// @param decoder  null where options.ctc_weight is 1 or the method greedy.
/// @param language_model  null where options.lm_weight is 0.
/// @throws ConfigError if the options need a part that is null.
std::vector<Hypothesis> search(
    const SearchInput& input,
    const std::shared_ptr<TransformerDecoderImpl>& decoder,
    const std::shared_ptr<Scorer>& language_model,
    int64_t vocabulary_size,
    const SearchOptions& options);

}  // namespace sotto::decoding
