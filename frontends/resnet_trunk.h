#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>

#include "common/batch_norm.h"
#include "common/gradient_checkpointing.h"
#include "common/kernels/packable.h"
#include "common/kernels/packed_convolution.h"
#include "frontends/activation.h"

namespace sotto::frontends {

/// Size of a side after a convolution or pooling of stride 2 with padding.
inline int64_t halved(int64_t side) { return (side + 1) / 2; }

/// The residual stages of a ResNet of basic blocks (He et al. 2016, arXiv:1512.03385, fig. 5 left),
/// over pictures (dimensions = 2) or over time (dimensions = 1). The first `blocks_3d` blocks of a
/// trunk over pictures may look along time as well. Keys match the published front
/// ends: `layer{s}.{b}.{conv1,bn1,conv2,bn2,downsample.0,downsample.1}`, with `relu1`, `relu2` where
/// the activation has parameters.
class ResNetStages : public torch::nn::Module, public Packable, public Checkpointing {
 public:
  /// @param input_channels  channels that the first stage sees
  /// @param widths          channels of each stage; every stage after the first halves its input
  /// @param blocks          basic blocks a stage
  ResNetStages(
      int64_t dimensions,
      int64_t input_channels,
      const std::vector<int64_t>& widths,
      int64_t blocks,
      const std::string& activation,
      int64_t blocks_3d = 0);

  /// (N, C_in, H, W) -> (N, C_out, H', W'), or (N, C_in, L) -> (N, C_out, L'). With blocks_3d the
  /// input is (B, C_in, T, H, W) and N = B * T; in training padded frames are left out, so that N is
  /// the number of valid ones.
  /// @param lengths  of what looks along time, k positions a frame.
  at::Tensor forward(const at::Tensor& x, const Lengths& lengths = {});
  /// The same between packed convolutions.
  FeatureMap forward(const FeatureMap& x, const Lengths& lengths = {});

  void pack(Precision precision) override;
  bool is_packed() const { return is_packed_; }

 private:
  at::Tensor frames_of(const at::Tensor& x, const Lengths& lengths) const;

  std::vector<torch::nn::ModuleList> stages_;
  bool is_packed_ = false;
};

}  // namespace sotto::frontends
