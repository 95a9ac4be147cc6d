#pragma once

#include <vector>

#include "decoding/hypothesis.h"
#include "decoding/transformer_decoder.h"

namespace sotto::decoding {

/// Attention rescoring as in WeNet (Zhang et al. 2022, arXiv:2203.15455, sec. 2.2): the decoders read
/// whole hypotheses, which are then ordered by
///
///   (1 - reverse_weight) left-to-right + reverse_weight right-to-left + ctc_weight CTC
///
/// log-probabilities, the end of the sentence included. `parts` gains "decoder" and "r_decoder".
///
/// @param memory      (1, T, D)
/// @param backward    null where reverse_weight is 0
/// @param hypotheses  with their CTC score in parts["ctc"]
void rescore(
    const at::Tensor& memory,
    TransformerDecoderImpl& decoder,
    TransformerDecoderImpl* backward,
    double ctc_weight,
    double reverse_weight,
    std::vector<Hypothesis>& hypotheses);

}  // namespace sotto::decoding
