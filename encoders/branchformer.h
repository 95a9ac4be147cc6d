#pragma once

#include <torch/nn/pimpl.h>

#include "encoders/block_stack.h"
#include "encoders/gating_mlp.h"

namespace sotto::encoders {

/// Defaults are ESPnet's and WeNet's.
struct BranchformerOptions : BlockStackOptions {
  BranchformerOptions();

  GatingMlpOptions cgmlp;
  std::string merge = "concat";
  double cgmlp_weight = 0.5;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// One Branchformer block (Peng et al. 2022, arXiv:2207.02971, fig. 1): attention and gating MLP side
/// by side, merged by concatenation, by a learned average (sec. 3.4.2: a weight a branch from
/// attention pooling over time) or by a fixed one.
class BranchformerBlock : public Block {
 public:
  explicit BranchformerBlock(const BranchformerOptions& options);

  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths) override;

 private:
  /// (B, 1): how much a branch (B, T, D) asks to count.
  at::Tensor branch_weight(
      Linear& pooling,
      Linear& weight,
      const at::Tensor& branch,
      const Lengths& lengths) const;
  at::Tensor merge(const at::Tensor& attended, const at::Tensor& gated, const Lengths& lengths);

  BranchformerOptions options_;
  SelfAttention attn_{nullptr};
  GatingMlp cgmlp_{nullptr};
  LayerNorm norm_mha_{nullptr};
  LayerNorm norm_mlp_{nullptr};
  LayerNorm norm_final_{nullptr};
  Linear pooling_proj1_{nullptr};
  Linear pooling_proj2_{nullptr};
  Linear weight_proj1_{nullptr};
  Linear weight_proj2_{nullptr};
  Linear merge_proj_{nullptr};
  std::shared_ptr<Dropout> dropout_;
};

/// Branchformer encoder; keys match ESPnet's `encoder.*`.
class BranchformerImpl : public BlockStack {
 public:
  explicit BranchformerImpl(const BranchformerOptions& options);
};
TORCH_MODULE(Branchformer);

}  // namespace sotto::encoders
