#include "decoding/transformer_lm.h"

#include <ATen/ATen.h>

#include <cmath>

#include "common/autocast.h"
#include "common/error.h"
#include "common/stages.h"

namespace sotto::decoding {
namespace {

encoders::ConformerOptions block_options(const TransformerLmOptions& options) {
  encoders::ConformerOptions blocks;
  blocks.dim = options.dim;
  blocks.heads = options.heads;
  blocks.layers = options.layers;
  blocks.feed_forward = options.feed_forward;
  blocks.positions = options.positions;
  blocks.dropout = options.dropout;
  blocks.attention_dropout = options.attention_dropout;
  blocks.macaron = false;
  blocks.convolution = false;
  return blocks;
}

}  // namespace

void TransformerLmOptions::visit(OptionVisitor& v) {
  v.field("embedding", embedding, at_least(1), "", "width of the token embedding");
  v.field("dim", dim, at_least(2), "", "width of the blocks");
  v.field("heads", heads, at_least(1), "", "attention heads; must divide dim");
  v.field("layers", layers, at_least(1), "", "blocks");
  v.field("feed_forward", feed_forward, at_least(1), "", "hidden width of the feed-forward layers");
  v.field("positions", positions, {"none", "absolute"}, "how a block knows where a token is");
  v.field("tie_weights", tie_weights, "the output layer is the embedding; needs embedding = dim");
  v.field("dropout", dropout, between(0, 0.95), "", "on every branch and hidden layer");
  v.field("attention_dropout", attention_dropout, between(0, 0.95), "", "on attention weights");
  v.field("embedding_dropout", embedding_dropout, between(0, 0.95), "", "on the embedding");
}

void TransformerLmOptions::validate() const {
  if (dim % heads != 0 || (tie_weights && embedding != dim)) {
    throw ConfigError(
        "language model: expected heads to divide dim, and embedding = dim with tie_weights");
  }
}

/// The input layer and the blocks under the published name `encoder`.
class TransformerLmImpl::Encoder : public encoders::ConformerImpl {
 public:
  explicit Encoder(const TransformerLmOptions& options)
      : ConformerImpl(block_options(options)),
        positions_(encoders::position_scheme(options.positions)) {
    embed_ = register_module("embed", torch::nn::ModuleList());
    linear_ = Linear(options.embedding, options.dim);
    norm_ = encoders::layer_norm(options.dim, 1e-5);
    embed_->push_back(linear_);
    embed_->push_back(norm_);
  }

  at::Tensor input(const at::Tensor& embedded) {
    return at::relu(dropout->forward(norm_->forward(linear_->forward(embedded))));
  }

  at::Tensor step(Cache& cache, const at::Tensor& embedded) {
    at::Tensor x = input(embedded);
    if (positions_ == encoders::PositionScheme::kAbsolute) {
      x = x * std::sqrt(static_cast<double>(dim())) +
          encoders::sinusoids(cache.length(), 1, 1, dim(), x.options());
    }
    cache.grow(x.size(0), encoders->size());
    for (size_t i = 0; i < encoders->size(); ++i) {
      auto* block = encoders[i]->as<encoders::ConformerBlockImpl>();
      x = x + block->self_attn->step(block->norm_mha->forward(x), cache.layer(i), cache.paths());
      x = x + block->feed_forward->forward(block->norm_ff->forward(x));
    }
    return after_norm->forward(x);
  }

 private:
  encoders::PositionScheme positions_;
  torch::nn::ModuleList embed_{nullptr};
  Linear linear_{nullptr};
  LayerNorm norm_{nullptr};
};

/// A linear layer whose weight may be the embedding's.
class TransformerLmImpl::OutputLayer : public torch::nn::Module, public Packable {
 public:
  /// @param embedding  outlives this layer
  OutputLayer(int64_t D, int64_t V, bool tied, const torch::nn::EmbeddingImpl& embedding)
      : embedding_(embedding) {
    const Linear like(D, V);  // for its initial values
    if (!tied) {
      weight_ = register_parameter("weight", like->weight.detach());
    }
    bias_ = register_parameter("bias", like->bias.detach());
  }

  at::Tensor forward(const at::Tensor& x) const {
    return packed_ ? packed_->multiply(x) : at::linear(x, weight(), bias_);
  }

  void pack(Precision precision) override {
    if (!packed_) {
      packed_ = std::make_unique<PackedMatrix>(weight(), bias_, precision);
      empty(weight_);
      empty(bias_);
    }
  }

 private:
  const at::Tensor& weight() const { return weight_.defined() ? weight_ : embedding_.weight; }

  const torch::nn::EmbeddingImpl& embedding_;
  std::unique_ptr<PackedMatrix> packed_;
  at::Tensor weight_;
  at::Tensor bias_;
};

TransformerLmImpl::TransformerLmImpl(const TransformerLmOptions& options, int64_t V) {
  options.validate();
  embed = register_module("embed", torch::nn::Embedding(V, options.embedding));
  encoder_ = register_module("encoder", std::make_shared<Encoder>(options));
  decoder_ = register_module(
      "decoder", std::make_shared<OutputLayer>(options.dim, V, options.tie_weights, *embed));
  embedding_dropout_ =
      register_module("embedding_dropout", std::make_shared<Dropout>(options.embedding_dropout));
}

at::Tensor TransformerLmImpl::embed_tokens(const at::Tensor& tokens) {
  const at::Tensor x = embed->forward(tokens);
  note_stage("embed", x);
  return embedding_dropout_->forward(x);
}

at::Tensor TransformerLmImpl::logits(const at::Tensor& x) {
  const at::Tensor out = decoder_->forward(x);
  note_stage("decoder", out);
  return out;
}

at::Tensor TransformerLmImpl::forward(const at::Tensor& tokens) {
  const int64_t U = tokens.size(1);
  const at::Tensor causal = at::ones({1, U, U}, tokens.options().dtype(at::kBool)).tril();
  const at::Tensor mask = causal.logical_and(tokens.ne(0).unsqueeze(1));
  const Lengths lengths = Lengths::full(tokens.size(0), U);
  const at::Tensor embedded = embed_tokens(tokens);
  at::Tensor x;
  {
    const StageScope scope("encoder");
    x = encoder_->forward_masked(encoder_->input(embedded), mask, lengths);
  }
  return logits(x);
}

at::Tensor TransformerLmImpl::step(Cache& cache, const at::Tensor& last_tokens) {
  return at::log_softmax(logits(encoder_->step(cache, embed_tokens(last_tokens))), -1);
}

std::pair<at::Tensor, int64_t> lm_loss(
    const at::Tensor& logits, const at::Tensor& tokens, const at::Tensor& next) {
  const at::Tensor counted = tokens.ne(0);
  const at::Tensor picked = at::log_softmax(as_float(logits), -1)
                                .gather(2, next.unsqueeze(2))
                                .squeeze(2);
  return {
      -(picked * counted.to(picked.options(), /*non_blocking=*/true)).sum(),
      counted.sum().item<int64_t>()};
}

}  // namespace sotto::decoding
