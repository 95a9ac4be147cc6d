#pragma once

#include <cstdint>
#include <vector>

#include "decoding/hypothesis.h"
#include "decoding/scorer.h"
#include "decoding/search_options.h"

namespace sotto::decoding {

/// Label-synchronous joint beam search over CTC prefix scores and any scorers (Watanabe et al.
/// 2017, "Hybrid CTC/attention architecture"), step by step as ESPnet's batched search does it:
/// sums in float32, a pre-beam by the decoder alone, no length normalisation unless asked for, eos
/// appended to all at the length limit. Equal scores are kept in order of hypothesis and token.
///
/// Clips can be searched together: the scorers then take their hypotheses in one batch, and each
/// clip's readings are what it gets alone.
class BeamSearch {
 public:
  /// @param vocabulary_size  V; sos = eos = V-1, blank 0.
  /// @param scorers  in the order in which the weighted scores are summed; those of weight 0 are
  ///        dropped. The one named "decoder" chooses the pre-beam. CTC comes by options.ctc_weight.
  /// @throws ConfigError if nothing is left that scores.
  BeamSearch(
      const SearchOptions& options, int64_t vocabulary_size, std::vector<WeightedScorer> scorers);

  /// @return up to options.nbest hypotheses, best first; none for a clip without frames.
  /// @throws ConfigError if CTC has a weight and the input no emission.
  std::vector<Hypothesis> search(const SearchInput& input) const;
  /// The same for each of some clips.
  std::vector<std::vector<Hypothesis>> search(const std::vector<SearchInput>& inputs) const;

 private:
  void check(const SearchInput& input) const;
  /// The (n, V) scores of each scorer for all running hypotheses.
  std::vector<at::Tensor> propose(const Prefixes& running) const;

  SearchOptions options_;
  int64_t V_;
  std::vector<WeightedScorer> scorers_;
};

}  // namespace sotto::decoding
