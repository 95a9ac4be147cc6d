#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "decoding/token_span.h"

namespace sotto::decoding {

/// The class of a word that the labels do not know.
inline constexpr int64_t kNoClass = -1;

/// The frames of known words by frame labels, whose class 0 is silence: the most probable path
/// through the words in order, with or without silence between them. Unlike CTC's peaks, labels
/// tell where a word begins and ends.
///
/// A word without a class is anything that is said: in each frame half as probable as the most
/// probable class but silence, so that its neighbours keep their frames. Words that the clip is too
/// short for share the frames evenly with posterior 0. Memory as for align_ctc.
/// @param labels  (T,C) natural log-probabilities, T >= 1.
/// @param words   a class each, 1 to C-1 or kNoClass.
/// @return a span a word; `token` is its class.
std::vector<TokenSpan> align_labels(const at::Tensor& labels, const std::vector<int64_t>& words);

}  // namespace sotto::decoding
