#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/embedding.h>
#include "common/kernels/linear.h"
#include "common/kernels/layer_norm.h"
#include <torch/nn/pimpl.h>

#include <vector>

#include "common/options.h"
#include "decoding/prefix_cache.h"
#include "encoders/attention.h"
#include "encoders/block_stack.h"
#include "encoders/feed_forward.h"

namespace sotto::decoding {

/// Defaults are those of the Auto-AVSR base model.
struct TransformerDecoderOptions : Options {
  explicit TransformerDecoderOptions(int64_t layers = 6) : layers(layers) {}

  int64_t heads = 12;
  int64_t layers;  ///< 0: no decoder
  int64_t feed_forward = 3072;
  double dropout = 0.1;
  double attention_dropout = 0.1;
  double norm_epsilon = 1e-12;
  encoders::RelaxationOptions relaxed;

  void visit(OptionVisitor& v) override;
};

/// One pre-norm decoder layer: self-attention, attention to the memory, feed-forward.
class TransformerDecoderLayerImpl : public torch::nn::Module {
 public:
  TransformerDecoderLayerImpl(const TransformerDecoderOptions& options, int64_t D);

  /// @param x  (B, U, D); masks as in MultiHeadAttention.
  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& causal_mask,
      const at::Tensor& memory,
      const at::Tensor& memory_mask);

  encoders::MultiHeadAttention self_attn{nullptr};
  encoders::MultiHeadAttention src_attn{nullptr};
  encoders::FeedForward feed_forward{nullptr};
  LayerNorm norm1{nullptr};
  LayerNorm norm2{nullptr};
  LayerNorm norm3{nullptr};
  std::shared_ptr<Dropout> dropout;
};
TORCH_MODULE(TransformerDecoderLayer);

/// Transformer decoder (Vaswani et al. 2017) as in ESPnet-family recognisers: embedding scaled by
/// sqrt(D) plus absolute positions, pre-norm layers, final LayerNorm. Keys match `decoder.*`.
class TransformerDecoderImpl : public torch::nn::Module {
 public:
  TransformerDecoderImpl(const TransformerDecoderOptions& options, int64_t D, int64_t V);

  /// Teacher forcing.
  /// @param memory       (B, T, D)
  /// @param memory_mask  (B, T) bool, true = valid; undefined = all valid
  /// @param tokens       (B, U) int64, sos first
  /// @param token_mask   (B, U) bool, true = valid; undefined = all. It changes rows past the valid
  ///                     ones only.
  /// @return (B, U, V) logits
  at::Tensor forward(
      const at::Tensor& memory,
      const at::Tensor& memory_mask,
      const at::Tensor& tokens,
      const at::Tensor& token_mask = {});

  /// Keys and values of one clip's memory, computed once and shared by all hypotheses: (T, D) each, a
  /// pair a layer.
  using Memory = std::vector<encoders::KeyValues>;
  /// @param memory (1, T, D)
  Memory project(const at::Tensor& memory);

  using Cache = PrefixCache;
  /// Appends one token to each of N prefixes, each of which listens to a memory of its own.
  /// Evaluation mode.
  /// @param memories    N
  /// @param last_tokens (N) int64
  /// @return (N, V) log-probabilities of the next token; `cache` has grown by one.
  at::Tensor step(
      const std::vector<const Memory*>& memories, Cache& cache, const at::Tensor& last_tokens);
  /// The same with one memory for all.
  at::Tensor step(const Memory& memory, Cache& cache, const at::Tensor& last_tokens);

  int64_t vocabulary_size() const { return V_; }

  torch::nn::ModuleList embed{nullptr};
  torch::nn::ModuleList decoders{nullptr};
  LayerNorm after_norm{nullptr};
  Linear output_layer{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  /// Embedding and position of `tokens` (N, U) whose first position is `first`: (N, U, D).
  at::Tensor embed_tokens(const at::Tensor& tokens, int64_t first);

  int64_t D_;
  int64_t V_;
};
TORCH_MODULE(TransformerDecoder);

}  // namespace sotto::decoding
