#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "common/batch_norm.h"
#include "common/kernels/packable.h"
#include "common/lengths.h"

namespace sotto::encoders {

/// The Conformer's convolution module without its norm and residual (Gulati et al. 2020,
/// arXiv:2005.08100, fig. 2): pointwise, GLU, depthwise over time, batch norm, swish, pointwise.
/// Parameter names keep the published spelling `pointwise_cov1`.
///
/// The peers do not mask padded frames before the depthwise convolution; here they are zero, so that
/// a clip's numbers do not depend on its batch.
class ConvolutionModuleImpl : public torch::nn::Module, public Packable {
 public:
  /// @param kernel        frames, odd.
  /// @param masked_input  where padding leaks, as in WeNet: the module's input and output are zero
  ///                      there, and the first layer's bias stands between.
  explicit ConvolutionModuleImpl(int64_t D, int64_t kernel, bool masked_input = false);
  ~ConvolutionModuleImpl() override;

  /// (B, T, D) -> (B, T, D)
  at::Tensor forward(const at::Tensor& x, const Lengths& lengths);
  void pack(Precision precision) override;

  torch::nn::Conv1d pointwise_cov1{nullptr};
  torch::nn::Conv1d depthwise_conv{nullptr};
  std::shared_ptr<BatchNorm> norm;
  torch::nn::Conv1d pointwise_cov2{nullptr};

 private:
  struct Packed;

  bool masked_input_;
  std::unique_ptr<Packed> packed_;
};
TORCH_MODULE(ConvolutionModule);

}  // namespace sotto::encoders
