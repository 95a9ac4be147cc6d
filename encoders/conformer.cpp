#include "encoders/conformer.h"

#include <ATen/ATen.h>

#include "common/error.h"
#include "common/stages.h"

namespace sotto::encoders {

void ConformerOptions::visit(OptionVisitor& v) {
  BlockStackOptions::visit(v);
  v.field("feed_forward", feed_forward, at_least(1), "", "hidden width of the feed-forward layers");
  v.field("activation", activation, feed_forward_activations(), "of the feed-forward layers");
  v.field("kernel", kernel, at_least(1), "frames, odd", "kernel of the depthwise convolution");
  v.field("macaron", macaron, "a second feed-forward layer before the attention");
  v.field("convolution", convolution, "the convolution module");
  v.field(
      "convolution_padding", convolution_padding, {"clean", "masked_input"},
      "what padding is where padding leaks; masked_input: WeNet's");
}

void ConformerOptions::validate() const {
  BlockStackOptions::validate();
  if (kernel % 2 == 0) {
    throw ConfigError("conformer: expected an odd kernel");
  }
}

ConformerBlockImpl::ConformerBlockImpl(const ConformerOptions& options)
    : feed_forward_scale_(options.macaron ? 0.5 : 1.0) {
  const int64_t D = options.dim;
  const auto norm = [&] { return layer_norm(D, options.norm_epsilon); };
  const auto feed = [&] {
    return FeedForward(D, options.feed_forward, options.dropout, options.activation);
  };
  self_attn = register_module("self_attn", self_attention(options));
  feed_forward = register_module("feed_forward", feed());
  norm_ff = register_module("norm_ff", norm());
  norm_mha = register_module("norm_mha", norm());
  if (options.macaron) {
    feed_forward_macaron = register_module("feed_forward_macaron", feed());
    norm_ff_macaron = register_module("norm_ff_macaron", norm());
  }
  if (options.convolution) {
    conv_module = register_module(
        "conv_module",
        ConvolutionModule(D, options.kernel, options.convolution_padding == "masked_input"));
    norm_conv = register_module("norm_conv", norm());
    norm_final = register_module("norm_final", norm());
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
  x = x + dropout->forward(self_attn->forward(norm_mha->forward(x), positions, mask, lengths));
  if (conv_module) {
    x = x + dropout->forward(conv_module->forward(norm_conv->forward(x), lengths));
  }
  x = at::add(
      x, dropout->forward(feed_forward->forward(norm_ff->forward(x))), feed_forward_scale_);
  return norm_final ? norm_final->forward(x) : x;
}

ConformerImpl::ConformerImpl(const ConformerOptions& options)
    : BlockStack(
          options, [&] { return std::make_shared<ConformerBlockImpl>(options); },
          /*norm_between=*/true) {}

}  // namespace sotto::encoders
