#include "encoders/e_branchformer.h"

#include <ATen/ATen.h>

#include "common/error.h"
#include "common/kernels/depthwise_training.h"
#include "common/stages.h"

namespace sotto::encoders {

EBranchformerOptions::EBranchformerOptions() {
  dim = 256;
  heads = 4;
  attention_dropout = 0.1;
  cgmlp.hidden = 1024;
}

void EBranchformerOptions::visit(OptionVisitor& v) {
  BlockStackOptions::visit(v);
  v.field(
      "feed_forward", feed_forward, at_least(0), "",
      "hidden width of the feed-forward layers; 0: none");
  v.field("activation", activation, feed_forward_activations(), "of the feed-forward layers");
  v.field("macaron", macaron, "a second feed-forward layer before the branches");
  v.group("cgmlp", cgmlp, "convolutional gating MLP");
  v.field("merge_kernel", merge_kernel, at_least(1), "frames, odd", "kernel of the merge");
}

void EBranchformerOptions::validate() const {
  BlockStackOptions::validate();
  cgmlp.validate();
  if (merge_kernel % 2 == 0) {
    throw ConfigError("e_branchformer: expected an odd merge_kernel");
  }
}

EBranchformerBlock::EBranchformerBlock(const EBranchformerOptions& options)
    : feed_forward_scale_(options.macaron && options.feed_forward > 0 ? 0.5 : 1.0) {
  const int64_t D = options.dim;
  const auto norm = [&] { return layer_norm(D, options.norm_epsilon); };
  const auto feed = [&] {
    return FeedForward(D, options.feed_forward, options.dropout, options.activation);
  };
  attn_ = register_module("attn", self_attention(options));
  cgmlp_ = register_module(
      "cgmlp", GatingMlp(options.cgmlp, D, options.dropout, options.norm_epsilon));
  if (options.feed_forward > 0) {
    feed_forward_ = register_module("feed_forward", feed());
    norm_ff_ = register_module("norm_ff", norm());
    if (options.macaron) {
      feed_forward_macaron_ = register_module("feed_forward_macaron", feed());
      norm_ff_macaron_ = register_module("norm_ff_macaron", norm());
    }
  }
  norm_mha_ = register_module("norm_mha", norm());
  norm_mlp_ = register_module("norm_mlp", norm());
  norm_final_ = register_module("norm_final", norm());
  depthwise_conv_fusion_ = register_module(
      "depthwise_conv_fusion",
      torch::nn::Conv1d(torch::nn::Conv1dOptions(2 * D, 2 * D, options.merge_kernel)
                            .padding((options.merge_kernel - 1) / 2)
                            .groups(2 * D)));
  merge_proj_ = register_module("merge_proj", Linear(2 * D, D));
  dropout_ = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor EBranchformerBlock::merge(const at::Tensor& branches, const Lengths& lengths) {
  const at::Tensor clean = lengths.zero_padding(branches, 1);
  const at::Tensor mixed = depthwise_over_time(
      clean, depthwise_conv_fusion_->weight, depthwise_conv_fusion_->bias);
  note_stage("depthwise_conv_fusion", mixed.transpose(1, 2));
  const at::Tensor merged = merge_proj_->forward(branches + mixed);
  note_stage("merge_proj", merged);
  return dropout_->forward(merged);
}

at::Tensor EBranchformerBlock::forward(
    const at::Tensor& input,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) {
  at::Tensor x = input;
  if (feed_forward_macaron_) {
    x = at::add(
        x, dropout_->forward(feed_forward_macaron_->forward(norm_ff_macaron_->forward(x))),
        feed_forward_scale_);
  }
  const at::Tensor attended = attn_->forward(norm_mha_->forward(x), positions, mask, lengths);
  note_stage("attn", attended);
  const at::Tensor gated = cgmlp_->forward(norm_mlp_->forward(x), lengths);
  x = x + merge(at::cat({dropout_->forward(attended), dropout_->forward(gated)}, -1), lengths);
  if (feed_forward_) {
    x = at::add(
        x, dropout_->forward(feed_forward_->forward(norm_ff_->forward(x))), feed_forward_scale_);
  }
  return norm_final_->forward(x);
}

EBranchformerImpl::EBranchformerImpl(const EBranchformerOptions& options)
    : BlockStack(
          options, [&] { return std::make_shared<EBranchformerBlock>(options); },
          /*norm_between=*/false) {}

}  // namespace sotto::encoders
