#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include "encoders/block_stack.h"
#include "encoders/feed_forward.h"
#include "encoders/gating_mlp.h"

namespace sotto::encoders {

/// Defaults are ESPnet's AISHELL recipe, which the CNVSRC winners start from.
struct EBranchformerOptions : BlockStackOptions {
  EBranchformerOptions();

  int64_t feed_forward = 1024;  ///< 0: none
  std::string activation = "swish";
  bool macaron = true;
  GatingMlpOptions cgmlp;
  int64_t merge_kernel = 31;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// One E-Branchformer block (Kim et al. 2023, arXiv:2210.00077, fig. 2): attention and gating MLP
/// side by side, merged by a depthwise convolution over time and a linear layer, between two
/// half-step feed-forward layers.
class EBranchformerBlock : public Block {
 public:
  explicit EBranchformerBlock(const EBranchformerOptions& options);

  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths) override;

 private:
  at::Tensor merge(const at::Tensor& branches, const Lengths& lengths);

  double feed_forward_scale_;
  SelfAttention attn_{nullptr};
  GatingMlp cgmlp_{nullptr};
  FeedForward feed_forward_{nullptr};
  FeedForward feed_forward_macaron_{nullptr};
  LayerNorm norm_ff_{nullptr};
  LayerNorm norm_ff_macaron_{nullptr};
  LayerNorm norm_mha_{nullptr};
  LayerNorm norm_mlp_{nullptr};
  LayerNorm norm_final_{nullptr};
  torch::nn::Conv1d depthwise_conv_fusion_{nullptr};
  Linear merge_proj_{nullptr};
  std::shared_ptr<Dropout> dropout_;
};

/// E-Branchformer encoder; keys match ESPnet's and WeNet's `encoder.*`.
class EBranchformerImpl : public BlockStack {
 public:
  explicit EBranchformerImpl(const EBranchformerOptions& options);
};
TORCH_MODULE(EBranchformer);

}  // namespace sotto::encoders
