#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sotto::decoding {

/// Labels of some sentences, without sos and eos.
using Sentences = std::vector<std::vector<int64_t>>;

/// Sentences as a decoder reads them when it is told what comes next, on the host.
struct PaddedSentences {
  at::Tensor input;  ///< (N, U+1) int64: sos and labels, padded with eos
  at::Tensor next;   ///< (N, U+1) int64: labels and eos, padded with -1
};

/// @param V  classes; sos = eos = V - 1
PaddedSentences pad_sentences(const Sentences& sentences, int64_t V);

/// Each sentence backwards.
Sentences reversed(Sentences sentences);

}  // namespace sotto::decoding
