#pragma once

#include <torch/nn/pimpl.h>

#include "encoders/block_stack.h"
#include "encoders/convolution.h"
#include "encoders/feed_forward.h"

namespace sotto::encoders {

/// Defaults are those of the Auto-AVSR base model. Without `macaron` and `convolution` the blocks
/// are a Transformer's.
struct ConformerOptions : BlockStackOptions {
  int64_t feed_forward = 3072;
  std::string activation = "relu";
  int64_t kernel = 31;
  bool macaron = true;
  bool convolution = true;
  std::string convolution_padding = "clean";

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// One pre-norm Conformer block (Gulati et al. 2020, sec. 2.4).
class ConformerBlockImpl : public Block {
 public:
  explicit ConformerBlockImpl(const ConformerOptions& options);

  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths) override;

  SelfAttention self_attn{nullptr};
  FeedForward feed_forward{nullptr};
  FeedForward feed_forward_macaron{nullptr};
  ConvolutionModule conv_module{nullptr};
  LayerNorm norm_ff{nullptr};
  LayerNorm norm_mha{nullptr};
  LayerNorm norm_ff_macaron{nullptr};
  LayerNorm norm_conv{nullptr};
  LayerNorm norm_final{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  double feed_forward_scale_;
};
TORCH_MODULE(ConformerBlock);

/// Conformer encoder as in ESPnet-family recognisers (Ma et al. 2021, arXiv:2102.06657). Keys match
/// `encoder.*` of their checkpoints.
class ConformerImpl : public BlockStack {
 public:
  explicit ConformerImpl(const ConformerOptions& options);
};
TORCH_MODULE(Conformer);

}  // namespace sotto::encoders
