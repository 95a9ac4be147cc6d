#pragma once

#include "decoding/scorer.h"

namespace sotto::decoding {

/// 1 for every token, eos included: against the preference of summed log-probabilities for short
/// transcripts.
class LengthBonusScorer : public Scorer {
 public:
  explicit LengthBonusScorer(int64_t vocabulary_size) : V_(vocabulary_size) {}

  void start(const std::vector<SearchInput>&) override {}
  at::Tensor score(const Prefixes& prefixes) override;
  void select(const std::vector<int64_t>&, const std::vector<int64_t>&) override {}
  double largest_score() const override { return 1; }

 private:
  int64_t V_;
};

}  // namespace sotto::decoding
