#pragma once

#include <limits>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "decoding/scorer.h"

namespace sotto::decoding {

/// Random log-probabilities (T,V) in which eos, the last class, never occurs among the frames.
inline at::Tensor random_emission(int64_t T, int64_t V) {
  at::Tensor logits = at::randn({T, V}) * 2;
  logits.select(1, V - 1).fill_(-std::numeric_limits<float>::infinity());
  return logits.log_softmax(1);
}

/// A search's scorers: a decoder beside CTC.
inline std::vector<WeightedScorer> decoder_of(
    const std::shared_ptr<Scorer>& scorer, double ctc_weight) {
  return {{"decoder", 1 - ctc_weight, scorer}};
}

}  // namespace sotto::decoding
