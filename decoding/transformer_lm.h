#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include "common/kernels/linear.h"
#include <torch/nn/pimpl.h>

#include <utility>

#include "decoding/prefix_cache.h"
#include "encoders/conformer.h"

namespace sotto::decoding {

/// Defaults are those of the published sub-word language model.
struct TransformerLmOptions : Options {
  int64_t embedding = 128;
  int64_t dim = 512;
  int64_t heads = 8;
  int64_t layers = 16;
  int64_t feed_forward = 2048;
  std::string positions = "none";
  bool tie_weights = false;
  double dropout = 0.1;
  double attention_dropout = 0;
  double embedding_dropout = 0;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Transformer language model of the ESPnet family, as the published recognisers use it: embedding,
/// linear layer with norm and ReLU, pre-norm causal blocks, output layer. Keys match its files:
/// `embed`, `encoder.embed.{0,1}`, `encoder.encoders.{i}`, `encoder.after_norm`, `decoder`; with tied
/// weights there is no `decoder.weight` of its own.
class TransformerLmImpl : public torch::nn::Module {
 public:
  /// @param V  vocabulary: sos = eos = V - 1.
  TransformerLmImpl(const TransformerLmOptions& options, int64_t V);

  /// @param tokens (B, U) int64, sos first; 0 is padding: it is seen by none
  /// @return (B, U, V) logits of the next token
  at::Tensor forward(const at::Tensor& tokens);

  using Cache = PrefixCache;
  /// Appends one token to each prefix.
  /// @param last_tokens (N) int64
  /// @return (N, V) log-probabilities of the next token; `cache` has grown by one.
  at::Tensor step(Cache& cache, const at::Tensor& last_tokens);

  int64_t vocabulary_size() const { return embed->weight.size(0); }

  torch::nn::Embedding embed{nullptr};

 private:
  class Encoder;
  class OutputLayer;
  at::Tensor embed_tokens(const at::Tensor& tokens);
  at::Tensor logits(const at::Tensor& x);

  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<OutputLayer> decoder_;
  std::shared_ptr<Dropout> embedding_dropout_;
};
TORCH_MODULE(TransformerLm);

/// Cross entropy of the next tokens, summed over positions whose input is not 0, and their number.
/// @param logits       (B, U, V), what the model made of `tokens`
/// @param tokens       (B, U) int64; on the host nothing waits for a device that `logits` lie on
/// @param next         (B, U) int64, where `logits` lie
std::pair<at::Tensor, int64_t> lm_loss(
    const at::Tensor& logits, const at::Tensor& tokens, const at::Tensor& next);

}  // namespace sotto::decoding
