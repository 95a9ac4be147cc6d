#include "decoding/search.h"

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/beam_search.h"
#include "decoding/ctc.h"
#include "decoding/decoder_scorer.h"
#include "decoding/length_bonus_scorer.h"

namespace sotto::decoding {

Hypothesis greedy_search(const at::Tensor& emission) {
  const int64_t eos = emission.size(1) - 1;
  Hypothesis best;
  best.tokens.push_back(eos);
  for (const TokenSpan& span : greedy_ctc(emission)) {
    best.tokens.push_back(span.token);
  }
  best.tokens.push_back(eos);
  best.score = greedy_ctc_score(emission);
  best.parts["ctc"] = best.score;
  return best;
}

std::vector<Hypothesis> search(
    const SearchInput& input,
    const std::shared_ptr<TransformerDecoderImpl>& decoder,
    const std::shared_ptr<Scorer>& language_model,
    int64_t vocabulary_size,
    const SearchOptions& options) {
  if (options.method == "greedy") {
    if (!input.emission.defined()) {
      throw ConfigError("decoding: method greedy needs a model with a CTC head");
    }
    return {greedy_search(input.emission)};
  }
  std::vector<WeightedScorer> scorers;
  if (options.ctc_weight < 1) {
    if (!decoder) {
      throw ConfigError("decoding: the model has no attention decoder; set ctc_weight=1");
    }
    scorers.push_back(
        {"decoder", 1 - options.ctc_weight, std::make_shared<DecoderScorer>(decoder)});
  }
  if (options.lm_weight > 0) {
    if (!language_model) {
      throw ConfigError("decoding: lm_weight is above 0 but no language model was given");
    }
    scorers.push_back({"lm", options.lm_weight, language_model});
  }
  if (options.length_bonus != 0) {
    scorers.push_back(
        {"length_bonus",
         options.length_bonus,
         std::make_shared<LengthBonusScorer>(vocabulary_size)});
  }
  return BeamSearch(options, vocabulary_size, std::move(scorers)).search(input);
}

}  // namespace sotto::decoding
