#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decoding/beam.h"
#include "decoding/ctc_prefix_scorer.h"
#include "decoding/hypothesis.h"
#include "decoding/search_options.h"

namespace sotto::decoding {

/// What a search step of one clip keeps: hypothesis i runs on as the former parents[i] with tokens[i].
struct Kept {
  std::vector<int64_t> parents;
  std::vector<int64_t> tokens;
};

/// The joint search of one clip, a step at a time: the scores of decoders and language models come
/// from outside, CTC's from within.
class ClipSearch {
 public:
  /// @param scorers  those whose scores every step is given; the clip reads it in every step
  ClipSearch(
      const SearchOptions& options,
      int64_t V,
      const std::vector<WeightedScorer>& scorers,
      const SearchInput& input);

  bool is_done() const { return running_.size() == 0; }
  const Prefixes& running() const { return running_.prefixes; }

  /// One more token for every running hypothesis.
  /// @param scores  (n, V) of each scorer for the n running hypotheses
  Kept step(const std::vector<const float*>& scores);

  /// The readings, best first.
  std::vector<Hypothesis> readings();

 private:
  std::vector<std::vector<int64_t>> pre_beam() const;
  Kept store(const std::vector<Extension>& extensions);
  bool can_stop() const;
  Hypothesis finished(
      std::vector<int64_t> tokens, float score, const std::vector<float>& parts) const;

  const SearchOptions& options_;
  int64_t V_;
  const std::vector<WeightedScorer>& scorers_;
  int64_t limit_;
  int64_t step_ = 0;
  double most_gained_ = 0;  // by one more token
  std::optional<CtcPrefixScorer> ctc_;
  std::vector<float> ctc_scores_;
  Beam running_;
  std::vector<ScoreTable> tables_;  // of this step: one a scorer, then CTC
  std::vector<Hypothesis> ended_;
};

}  // namespace sotto::decoding
