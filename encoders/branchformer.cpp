#include "encoders/branchformer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "common/stages.h"

namespace sotto::encoders {

BranchformerOptions::BranchformerOptions() {
  dim = 256;
  heads = 4;
  attention_dropout = 0.1;
}

void BranchformerOptions::visit(OptionVisitor& v) {
  BlockStackOptions::visit(v);
  v.group("cgmlp", cgmlp, "convolutional gating MLP");
  v.field(
      "merge", merge, {"concat", "learned_average", "fixed_average"}, "how the branches are joined");
  v.field(
      "cgmlp_weight", cgmlp_weight, between(0, 1), "", "share of the gating MLP in fixed_average");
}

void BranchformerOptions::validate() const {
  BlockStackOptions::validate();
  cgmlp.validate();
}

BranchformerBlock::BranchformerBlock(const BranchformerOptions& options) : options_(options) {
  const int64_t D = options.dim;
  attn_ = register_module("attn", self_attention(options));
  cgmlp_ = register_module(
      "cgmlp", GatingMlp(options.cgmlp, D, options.dropout, options.norm_epsilon));
  norm_mha_ = register_module("norm_mha", layer_norm(D, options.norm_epsilon));
  norm_mlp_ = register_module("norm_mlp", layer_norm(D, options.norm_epsilon));
  norm_final_ = register_module("norm_final", layer_norm(D, options.norm_epsilon));
  if (options.merge == "learned_average") {
    pooling_proj1_ = register_module("pooling_proj1", Linear(D, 1));
    pooling_proj2_ = register_module("pooling_proj2", Linear(D, 1));
    weight_proj1_ = register_module("weight_proj1", Linear(D, 1));
    weight_proj2_ = register_module("weight_proj2", Linear(D, 1));
  }
  merge_proj_ = register_module(
      "merge_proj", Linear(options.merge == "concat" ? 2 * D : D, D));
  dropout_ = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor BranchformerBlock::branch_weight(
    Linear& pooling,
    Linear& weight,
    const at::Tensor& branch,
    const Lengths& lengths) const {
  at::Tensor scores =
      pooling->forward(branch).transpose(1, 2) / std::sqrt(static_cast<double>(options_.dim));
  if (lengths.ragged()) {
    const at::Tensor hidden = lengths.valid_mask(branch.device()).logical_not().unsqueeze(1);
    scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
  }
  return weight->forward(at::matmul(at::softmax(scores, -1), branch).squeeze(1));
}

at::Tensor BranchformerBlock::merge(
    const at::Tensor& attended, const at::Tensor& gated, const Lengths& lengths) {
  if (options_.merge == "concat") {
    return merge_proj_->forward(at::cat({attended, gated}, -1));
  }
  if (options_.merge == "fixed_average") {
    return merge_proj_->forward(
        (1 - options_.cgmlp_weight) * attended + options_.cgmlp_weight * gated);
  }
  const at::Tensor weights = at::softmax(
      at::cat(
          {branch_weight(pooling_proj1_, weight_proj1_, attended, lengths),
           branch_weight(pooling_proj2_, weight_proj2_, gated, lengths)},
          -1),
      -1);
  const auto weight_of = [&](int64_t branch) { return weights.select(1, branch).view({-1, 1, 1}); };
  return merge_proj_->forward(weight_of(0) * attended + weight_of(1) * gated);
}

at::Tensor BranchformerBlock::forward(
    const at::Tensor& x,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) {
  const at::Tensor attended = attn_->forward(norm_mha_->forward(x), positions, mask, lengths);
  note_stage("attn", attended);
  const at::Tensor gated = cgmlp_->forward(norm_mlp_->forward(x), lengths);
  const at::Tensor merged =
      merge(dropout_->forward(attended), dropout_->forward(gated), lengths);
  note_stage("merge_proj", merged);
  return norm_final_->forward(x + dropout_->forward(merged));
}

BranchformerImpl::BranchformerImpl(const BranchformerOptions& options)
    : BlockStack(
          options, [&] { return std::make_shared<BranchformerBlock>(options); },
          /*norm_between=*/false) {}

}  // namespace sotto::encoders
