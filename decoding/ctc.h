#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include <ATen/core/Tensor.h>

#include "decoding/token_span.h"

namespace sotto::decoding {

/// Log-probability of labels that no path gives.
inline constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// Best path of connectionist temporal classification (Graves et al. 2006, sec. 3.2): the best
/// class of each frame, repetitions collapsed, blanks (id 0) removed.
///
/// @param emission (T,V) natural log-probabilities, any float type and device; T may be 0.
std::vector<TokenSpan> greedy_ctc(const at::Tensor& emission);

/// The natural log-probability of the best path: the sum of each frame's best class.
double greedy_ctc_score(const at::Tensor& emission);

/// Fewest frames that can hold the labels: a blank must part equal neighbours.
int64_t ctc_frames_needed(const std::vector<int64_t>& labels);

/// Bytes that `align_ctc` takes for back-pointers unless told otherwise.
inline constexpr int64_t kAlignmentBytes = int64_t{1} << 24;

/// The most probable frames of known labels (Viterbi over the labels with blanks between).
///
/// Where the clip is too short for the labels (T < ctc_frames_needed), which a search that leans on
/// attention can produce, the labels share the frames evenly with posterior 0.
///
/// A table of T (2U + 1) back-pointers of a byte each that is larger than `most_bytes` is filled part
/// by part, backwards, from scores that a first pass kept: twice the time, but memory grows with
/// sqrt(T) U only.
/// @param emission (T,V) as above, T >= 1.
/// @param labels   U ids without sos and eos; a blank among them takes frames like any label.
/// @return a span a label, in order.
std::vector<TokenSpan> align_ctc(
    const at::Tensor& emission,
    const std::vector<int64_t>& labels,
    int64_t most_bytes = kAlignmentBytes);

/// The natural log-probability of every frame on an alignment's path: of the span's token where one
/// is, of the blank elsewhere.
std::vector<double> path_log_probabilities(
    const at::Tensor& emission, const std::vector<TokenSpan>& spans);

}  // namespace sotto::decoding
