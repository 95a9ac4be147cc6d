#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include "common/kernels/layer_norm.h"

#include "common/gradient_checkpointing.h"
#include "encoders/attention.h"
#include "encoders/encoder.h"

namespace sotto::encoders {

/// The knobs of every encoder that is a stack of blocks. Defaults are those of the Auto-AVSR base
/// model.
struct BlockStackOptions : Options {
  int64_t dim = 768;
  int64_t heads = 12;
  int64_t layers = 12;
  int64_t passes = 1;
  std::string positions = "relative";
  double dropout = 0.1;
  double attention_dropout = 0.0;
  double norm_epsilon = 1e-12;
  RelaxationOptions relaxed;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// LayerNorm over the last dimension. The ESPnet family's epsilon is 1e-12, WeNet's 1e-5.
LayerNorm layer_norm(int64_t D, double epsilon = 1e-12);

/// The self-attention of one block.
SelfAttention self_attention(const BlockStackOptions& options);

/// One block of a stack.
class Block : public torch::nn::Module {
 public:
  /// @param x          (B, T, D)
  /// @param positions  of `position_table`; undefined without
  /// @param mask       (B or 1, 1 or T, T) bool or undefined
  virtual at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths) = 0;
};

/// Positions, blocks, final LayerNorm: an encoder of the ESPnet family. x is scaled by sqrt(D) under
/// every position scheme but "none". Keys are `encoders.{i}.*` and `after_norm.*`.
class BlockStack : public Encoder, public Checkpointing {
 public:
  at::Tensor forward(
      const at::Tensor& x, const Lengths& lengths, const BetweenBlocks& between = {}) override;
  /// The same under a mask of the caller's, (B or 1, 1 or T, T) bool, such as a causal one.
  at::Tensor forward_masked(
      const at::Tensor& x,
      const at::Tensor& mask,
      const Lengths& lengths,
      const BetweenBlocks& between = {});
  int64_t dim() const override { return dim_; }
  int64_t blocks() const override { return static_cast<int64_t>(encoders->size()); }

  torch::nn::ModuleList encoders{nullptr};
  LayerNorm after_norm{nullptr};
  std::shared_ptr<Dropout> dropout;

 protected:
  /// @param make  makes one block; called options.layers times.
  /// @param norm_between  whether `between` sees outputs through the final LayerNorm, as ESPnet's
  ///                      Conformer has it, or as they are, as its E-Branchformer does.
  BlockStack(
      const BlockStackOptions& options,
      const std::function<std::shared_ptr<Block>()>& make,
      bool norm_between);

 private:
  at::Tensor run(
      const std::shared_ptr<Block>& block,
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths) const;

  int64_t dim_;
  int64_t passes_;
  PositionScheme scheme_;
  bool norm_between_;
};

}  // namespace sotto::encoders
