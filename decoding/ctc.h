#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "decoding/token_span.h"

namespace sotto::decoding {

/// Best path of connectionist temporal classification (Graves et al. 2006, sec. 3.2): the best
/// class of each frame, repetitions collapsed, blanks (id 0) removed.
///
/// @param emission (T,V) natural log-probabilities, any float type and device; T may be 0.
std::vector<TokenSpan> greedy_ctc(const at::Tensor& emission);

/// The natural log-probability of the best path: the sum of each frame's best class.
double greedy_ctc_score(const at::Tensor& emission);

/// The most probable frames of known labels (Viterbi over the labels with blanks between).
///
/// Where the clip is too short for the labels (T < labels + repetitions), which a search that
/// leans on attention can produce, the labels share the frames evenly with posterior 0.
/// @param emission (T,V) as above, T >= 1.
/// @param labels   ids without sos and eos; a blank among them takes frames like any label.
/// @return a span a label, in order.
std::vector<TokenSpan> align_ctc(const at::Tensor& emission, const std::vector<int64_t>& labels);

}  // namespace sotto::decoding
