#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "decoding/hypothesis.h"

namespace sotto::decoding {

/// CTC prefix beam search (Hannun et al. 2014, arXiv:1408.2873, without a language model): labellings
/// by the sum over their paths. Each prefix keeps the probability of its paths that end in blank and
/// of those that do not; each frame adds its `beam` best classes to the `beam` best prefixes.
///
/// @param emission (T, V) natural log-probabilities, blank 0, sos = eos = V - 1.
/// @return up to `beam` hypotheses, best first; `parts` holds "ctc". The empty labelling counts.
std::vector<Hypothesis> ctc_prefix_search(const at::Tensor& emission, int64_t beam);

}  // namespace sotto::decoding
