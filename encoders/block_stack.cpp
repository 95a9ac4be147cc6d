#include "encoders/block_stack.h"

#include <ATen/ATen.h>

#include <cmath>

#include "common/autocast.h"
#include "common/error.h"
#include "common/stages.h"

namespace sotto::encoders {

void BlockStackOptions::visit(OptionVisitor& v) {
  v.field("dim", dim, at_least(2), "", "width of the encoder");
  v.field("heads", heads, at_least(1), "", "attention heads; must divide dim");
  v.field("layers", layers, at_least(1), "", "blocks");
  v.field(
      "passes", passes, between(1, 8), "",
      "times that the blocks are run, one pass after the other with the same weights");
  v.field("positions", positions, position_scheme_names(), "how attention knows where a frame is");
  v.field("dropout", dropout, between(0, 0.95), "", "on every branch, hidden layer and position");
  v.field("attention_dropout", attention_dropout, between(0, 0.95), "", "on attention weights");
  v.field(
      "norm_epsilon", norm_epsilon, between(0, 1e-2), "",
      "added to the variance in layer norms; WeNet's is 1e-5");
  v.group("relaxed", relaxed, "relaxed self-attention (Lohrenz et al. 2022)");
}

void BlockStackOptions::validate() const {
  if (dim % heads != 0) {
    throw ConfigError("encoder: expected heads to divide dim");
  }
}

LayerNorm layer_norm(int64_t D, double epsilon) {
  return LayerNorm(torch::nn::LayerNormOptions({D}).eps(epsilon));
}

SelfAttention self_attention(const BlockStackOptions& options) {
  return SelfAttention(
      options.dim, options.heads, options.attention_dropout, position_scheme(options.positions),
      options.relaxed);
}

BlockStack::BlockStack(
    const BlockStackOptions& options,
    const std::function<std::shared_ptr<Block>()>& make,
    bool norm_between)
    : dim_(options.dim), passes_(options.passes), scheme_(position_scheme(options.positions)), norm_between_(norm_between) {
  encoders = register_module("encoders", torch::nn::ModuleList());
  for (int64_t i = 0; i < options.layers; ++i) {
    encoders->push_back(make());
  }
  after_norm = register_module("after_norm", layer_norm(options.dim, options.norm_epsilon));
  dropout = register_module("dropout", std::make_shared<Dropout>(options.dropout));
}

at::Tensor BlockStack::forward(
    const at::Tensor& x, const Lengths& lengths, const BetweenBlocks& between) {
  const at::Tensor mask =
      lengths.ragged() ? lengths.valid_mask(x.device()).unsqueeze(1) : at::Tensor();
  return forward_masked(x, mask, lengths, between);
}

at::Tensor BlockStack::run(
    const std::shared_ptr<Block>& block,
    const at::Tensor& x,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) const {
  if (!checkpoint_gradients) {
    return block->forward(x, positions, mask, lengths);
  }
  return checkpoint(*block, {x, positions}, [block, mask, lengths](const auto& inputs) {
    return block->forward(inputs[0], inputs[1], mask, lengths);
  });
}

at::Tensor BlockStack::forward_masked(
    const at::Tensor& input,
    const at::Tensor& mask,
    const Lengths& lengths,
    const BetweenBlocks& between) {
  TORCH_CHECK(
      input.dim() == 3 && input.size(2) == dim_, "encoder: expected x (B, T, ", dim_, "), got ",
      input.sizes());
  at::Tensor x = as_float(input);  // what all blocks add to is not rounded at each of them
  at::Tensor positions = position_table(scheme_, x.size(1), dim_, x.options());
  if (scheme_ != PositionScheme::kNone) {
    x = x * std::sqrt(static_cast<double>(dim_));
  }
  if (scheme_ == PositionScheme::kAbsolute) {
    x = x + positions;
    positions = at::Tensor();
  }
  x = dropout->forward(x);
  note_stage("embed.x", x);
  if (positions.defined()) {
    note_stage("pos_emb", positions.unsqueeze(0));
    positions = dropout->forward(positions);
  }
  for (int64_t pass = 0; pass < passes_; ++pass) {
    int64_t number = 0;
    for (const auto& child : *encoders) {
      const StageScope scope("encoders", number);
      x = run(std::static_pointer_cast<Block>(child), x, positions, mask, lengths);
      note_stage("", x);
      if (++number < blocks() && between) {
        const at::Tensor addition = between(number, norm_between_ ? after_norm->forward(x) : x);
        x = addition.defined() ? x + addition : x;
      }
    }
  }
  x = after_norm->forward(x);
  note_stage("out", x);
  return x;
}

}  // namespace sotto::encoders
