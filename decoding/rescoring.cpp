#include "decoding/rescoring.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "decoding/sentences.h"

namespace sotto::decoding {
namespace {

/// log p(labels, eos) of each hypothesis by teacher forcing, all in one batch.
std::vector<double> read_whole(
    const at::Tensor& memory, TransformerDecoderImpl& decoder, const Sentences& sentences) {
  const PaddedSentences padded =
      pad_sentences(sentences, decoder.vocabulary_size());
  const at::Tensor next = padded.next.to(memory.device());
  const at::Tensor logits = decoder.forward(
      memory.expand({next.size(0), memory.size(1), memory.size(2)}), {},
      padded.input.to(memory.device()));
  const at::Tensor picked = at::log_softmax(logits, -1)
                                .gather(2, next.clamp_min(0).unsqueeze(2))
                                .squeeze(2);
  const at::Tensor sums =
      (picked * next.ge(0).to(picked.scalar_type())).sum(1).to(at::kCPU, at::kFloat);
  return std::vector<double>(sums.data_ptr<float>(), sums.data_ptr<float>() + sums.numel());
}

}  // namespace

void rescore(
    const at::Tensor& memory,
    TransformerDecoderImpl& decoder,
    TransformerDecoderImpl* backward,
    double ctc_weight,
    double reverse_weight,
    std::vector<Hypothesis>& hypotheses) {
  if (hypotheses.empty()) {
    return;
  }
  Sentences sentences;
  for (const Hypothesis& hypothesis : hypotheses) {
    sentences.push_back(hypothesis.labels());
  }
  const std::vector<double> left = read_whole(memory, decoder, sentences);
  std::vector<double> right(sentences.size(), 0.0);
  if (backward != nullptr && reverse_weight > 0) {
    right = read_whole(memory, *backward, reversed(sentences));
  }
  for (size_t n = 0; n < hypotheses.size(); ++n) {
    auto& parts = hypotheses[n].parts;
    parts["decoder"] = left[n];
    if (reverse_weight > 0) {
      parts["r_decoder"] = right[n];
    }
    hypotheses[n].score = (1 - reverse_weight) * left[n] + reverse_weight * right[n] +
                          ctc_weight * parts["ctc"];
  }
  std::stable_sort(
      hypotheses.begin(), hypotheses.end(),
      [](const Hypothesis& a, const Hypothesis& b) { return a.score > b.score; });
}

}  // namespace sotto::decoding
