#include "encoders/conformer.h"

#include <ATen/ATen.h>

#include <cmath>

#include "encoders/positions.h"

namespace sotto::encoders {

torch::nn::LayerNorm layer_norm(int64_t D) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({D}).eps(1e-12));
}

void ConformerOptions::visit(OptionVisitor& v) {
  v.field("dim", dim, at_least(2), "", "width of the encoder");
  v.field("heads", heads, at_least(1), "", "attention heads; must divide dim");
  v.field("layers", layers, at_least(1), "", "blocks");
  v.field("feed_forward", feed_forward, at_least(1), "", "hidden width of the feed-forward layers");
  v.field("kernel", kernel, at_least(1), "frames, odd", "kernel of the depthwise convolution");
  v.field("macaron", macaron, "a second feed-forward layer before the attention");
  v.field("convolution", convolution, "the convolution module");
  v.field("dropout", dropout, between(0, 0.95), "", "on every branch, hidden layer and position");
  v.field("attention_dropout", attention_dropout, between(0, 0.95), "", "on attention weights");
}

void ConformerOptions::validate() const {
  if (dim % heads != 0 || kernel % 2 == 0) {
    throw ConfigError("conformer: expected heads to divide dim and an odd kernel");
  }
}

ConformerBlockImpl::ConformerBlockImpl(const ConformerOptions& options)
    : feed_forward_scale_(options.macaron ? 0.5 : 1.0) {
  const int64_t D = options.dim;
  self_attn = register_module(
      "self_attn", RelativeAttention(D, options.heads, options.attention_dropout));
  feed_forward =
      register_module("feed_forward", FeedForward(D, options.feed_forward, options.dropout));
  norm_ff = register_module("norm_ff", layer_norm(D));
  norm_mha = register_module("norm_mha", layer_norm(D));
  if (options.macaron) {
    feed_forward_macaron = register_module(
        "feed_forward_macaron", FeedForward(D, options.feed_forward, options.dropout));
    norm_ff_macaron = register_module("norm_ff_macaron", layer_norm(D));
  }
  if (options.convolution) {
    conv_module = register_module("conv_module", ConvolutionModule(D, options.kernel));
    norm_conv = register_module("norm_conv", layer_norm(D));
    norm_final = register_module("norm_final", layer_norm(D));
  }
  dropout = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor ConformerBlockImpl::forward(
    const at::Tensor& input,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) {
  at::Tensor x = input;
  if (feed_forward_macaron) {
    x = at::add(
        x, dropout->forward(feed_forward_macaron->forward(norm_ff_macaron->forward(x))),
        feed_forward_scale_);
  }
  x = x + dropout->forward(self_attn->forward(norm_mha->forward(x), positions, mask));
  if (conv_module) {
    x = x + dropout->forward(conv_module->forward(norm_conv->forward(x), lengths));
  }
  x = at::add(
      x, dropout->forward(feed_forward->forward(norm_ff->forward(x))), feed_forward_scale_);
  return norm_final ? norm_final->forward(x) : x;
}

ConformerImpl::ConformerImpl(const ConformerOptions& options) : options_(options) {
  encoders = register_module("encoders", torch::nn::ModuleList());
  for (int64_t i = 0; i < options.layers; ++i) {
    encoders->push_back(ConformerBlock(options));
  }
  after_norm = register_module("after_norm", layer_norm(options.dim));
  dropout = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor ConformerImpl::forward(const at::Tensor& input, const Lengths& lengths) {
  TORCH_CHECK(
      input.dim() == 3 && input.size(2) == options_.dim, "Conformer: expected x (B, T, ",
      options_.dim, "), got ", input.sizes());
  const int64_t T = input.size(1);
  const at::Tensor mask =
      lengths.ragged() ? lengths.valid_mask(input.device()).unsqueeze(1) : at::Tensor();
  at::Tensor x = dropout->forward(input * std::sqrt(static_cast<double>(options_.dim)));
  const at::Tensor positions =
      dropout->forward(relative_positions(T, options_.dim, input.options()));
  for (const auto& block : *encoders) {
    x = block->as<ConformerBlockImpl>()->forward(x, positions, mask, lengths);
  }
  return after_norm->forward(x);
}

}  // namespace sotto::encoders
