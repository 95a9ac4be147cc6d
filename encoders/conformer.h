#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include "encoders/attention.h"
#include "encoders/convolution.h"
#include "encoders/encoder.h"
#include "encoders/feed_forward.h"

namespace sotto::encoders {

/// Defaults are those of the Auto-AVSR base model.
struct ConformerOptions : Options {
  int64_t dim = 768;
  int64_t heads = 12;
  int64_t layers = 12;
  int64_t feed_forward = 3072;
  int64_t kernel = 31;
  bool macaron = true;
  bool convolution = true;
  double dropout = 0.1;
  double attention_dropout = 0.0;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// One pre-norm Conformer block (Gulati et al. 2020, sec. 2.4) with LayerNorm epsilon 1e-12.
class ConformerBlockImpl : public torch::nn::Module {
 public:
  explicit ConformerBlockImpl(const ConformerOptions& options);

  /// @param x          (B, T, D)
  /// @param positions  (2T-1, D)
  /// @param mask       (B, 1, T) bool or undefined
  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths);

  RelativeAttention self_attn{nullptr};
  FeedForward feed_forward{nullptr};
  FeedForward feed_forward_macaron{nullptr};
  ConvolutionModule conv_module{nullptr};
  torch::nn::LayerNorm norm_ff{nullptr};
  torch::nn::LayerNorm norm_mha{nullptr};
  torch::nn::LayerNorm norm_ff_macaron{nullptr};
  torch::nn::LayerNorm norm_conv{nullptr};
  torch::nn::LayerNorm norm_final{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  double feed_forward_scale_;
};
TORCH_MODULE(ConformerBlock);

/// Conformer encoder with relative positions, as in ESPnet-family recognisers (Ma et al. 2021,
/// arXiv:2102.06657): x is scaled by sqrt(D), blocks, final LayerNorm. Keys match `encoder.*` of
/// their checkpoints.
class ConformerImpl : public Encoder {
 public:
  explicit ConformerImpl(const ConformerOptions& options);

  at::Tensor forward(const at::Tensor& x, const Lengths& lengths) override;
  int64_t dim() const override { return options_.dim; }

  torch::nn::ModuleList encoders{nullptr};
  torch::nn::LayerNorm after_norm{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  ConformerOptions options_;
};
TORCH_MODULE(Conformer);

/// LayerNorm over the last dimension with the epsilon of the ESPnet family, 1e-12.
torch::nn::LayerNorm layer_norm(int64_t D);

}  // namespace sotto::encoders
