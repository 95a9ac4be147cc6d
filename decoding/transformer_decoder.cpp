#include "decoding/transformer_decoder.h"

#include <cmath>

#include <ATen/ATen.h>

#include "common/kernels/layer_norm.h"
#include "common/stages.h"
#include "encoders/positions.h"

namespace sotto::decoding {

void TransformerDecoderOptions::visit(OptionVisitor& v) {
  v.field("heads", heads, at_least(1), "", "attention heads; must divide the memory's width");
  v.field("layers", layers, at_least(0), "", "layers; 0: no decoder");
  v.field("feed_forward", feed_forward, at_least(1), "", "hidden width of the feed-forward layers");
  v.field("dropout", dropout, between(0, 0.95), "", "on every branch, hidden layer and position");
  v.field("attention_dropout", attention_dropout, between(0, 0.95), "", "on attention weights");
  v.field(
      "norm_epsilon",
      norm_epsilon,
      between(0, 1e-2),
      "",
      "added to the variance in layer norms; WeNet's is 1e-5");
  v.group("relaxed", relaxed, "relaxed attention to the memory (Lohrenz et al. 2022)");
}

TransformerDecoderLayerImpl::TransformerDecoderLayerImpl(
    const TransformerDecoderOptions& options, int64_t D) {
  const auto norm = [&] { return encoders::layer_norm(D, options.norm_epsilon); };
  self_attn = register_module(
      "self_attn", encoders::MultiHeadAttention(D, options.heads, options.attention_dropout));
  src_attn = register_module(
      "src_attn",
      encoders::MultiHeadAttention(D, options.heads, options.attention_dropout, options.relaxed));
  feed_forward = register_module(
      "feed_forward", encoders::FeedForward(D, options.feed_forward, options.dropout));
  norm1 = register_module("norm1", norm());
  norm2 = register_module("norm2", norm());
  norm3 = register_module("norm3", norm());
  dropout = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor TransformerDecoderLayerImpl::forward(
    const at::Tensor& input,
    const at::Tensor& causal_mask,
    const at::Tensor& memory,
    const at::Tensor& memory_mask) {
  const at::Tensor own = norm1->forward(input);
  at::Tensor x = input + dropout->forward(self_attn->forward(own, own, causal_mask));
  {
    const StageScope scope("src_attn");
    x = x + dropout->forward(src_attn->forward(norm2->forward(x), memory, memory_mask));
  }
  return x + dropout->forward(feed_forward->forward(norm3->forward(x)));
}

TransformerDecoderImpl::TransformerDecoderImpl(
    const TransformerDecoderOptions& options, int64_t D, int64_t V)
    : D_(D), V_(V) {
  embed = register_module("embed", torch::nn::ModuleList());
  embed->push_back(torch::nn::Embedding(V, D));
  decoders = register_module("decoders", torch::nn::ModuleList());
  for (int64_t i = 0; i < options.layers; ++i) {
    decoders->push_back(TransformerDecoderLayer(options, D));
  }
  after_norm = register_module("after_norm", encoders::layer_norm(D, options.norm_epsilon));
  output_layer = register_module("output_layer", Linear(D, V));
  dropout = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor TransformerDecoderImpl::embed_tokens(const at::Tensor& tokens, int64_t first) {
  const at::Tensor x = embed[0]->as<torch::nn::EmbeddingImpl>()->forward(tokens);
  const at::Tensor positions = encoders::sinusoids(first, 1, tokens.size(1), D_, x.options());
  return dropout->forward(x * std::sqrt(static_cast<double>(D_)) + positions);
}

at::Tensor TransformerDecoderImpl::forward(
    const at::Tensor& memory,
    const at::Tensor& memory_mask,
    const at::Tensor& tokens,
    const at::Tensor& token_mask) {
  const int64_t U = tokens.size(1);
  at::Tensor causal = at::ones({1, U, U}, tokens.options().dtype(at::kBool)).tril();
  if (token_mask.defined()) {
    causal = causal.logical_and(token_mask.unsqueeze(1));
  }
  const at::Tensor keys = memory_mask.defined() ? memory_mask.unsqueeze(1) : memory_mask;
  at::Tensor x = embed_tokens(tokens, 0);
  int64_t number = 0;
  for (const auto& layer : *decoders) {
    const StageScope scope("decoders", number++);
    x = layer->as<TransformerDecoderLayerImpl>()->forward(x, causal, memory, keys);
    note_stage("", x);
  }
  return output_layer->forward(after_norm->forward(x));
}

TransformerDecoderImpl::Memory TransformerDecoderImpl::project(const at::Tensor& memory) {
  Memory projected;
  for (const auto& layer : *decoders) {
    projected.push_back(
        layer->as<TransformerDecoderLayerImpl>()->src_attn->project(memory.squeeze(0)));
  }
  return projected;
}

at::Tensor TransformerDecoderImpl::step(
    const Memory& memory, Cache& cache, const at::Tensor& last_tokens) {
  return step(
      std::vector<const Memory*>(static_cast<size_t>(last_tokens.size(0)), &memory),
      cache,
      last_tokens);
}

at::Tensor TransformerDecoderImpl::step(
    const std::vector<const Memory*>& memories, Cache& cache, const at::Tensor& last_tokens) {
  at::Tensor x = embed_tokens(last_tokens.unsqueeze(1), cache.length()).squeeze(1);
  cache.grow(last_tokens.size(0), decoders->size());
  std::vector<const encoders::KeyValues*> sources(memories.size());
  at::Tensor branch;  // what is still to be added to x
  for (size_t i = 0; i < decoders->size(); ++i) {
    auto* layer = decoders[i]->as<TransformerDecoderLayerImpl>();
    const at::Tensor own = add_and_normalise(x, branch, *layer->norm1);
    branch = layer->self_attn->step(own, cache.layer(i), cache.paths());
    for (size_t n = 0; n < memories.size(); ++n) {
      sources[n] = &(*memories[n])[i];
    }
    branch = layer->src_attn->look_up(add_and_normalise(x, branch, *layer->norm2), sources);
    branch = layer->feed_forward->forward(add_and_normalise(x, branch, *layer->norm3));
  }
  return at::log_softmax(output_layer->forward(add_and_normalise(x, branch, *after_norm)), -1);
}

}  // namespace sotto::decoding
