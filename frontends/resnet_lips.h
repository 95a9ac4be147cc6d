#pragma once

#include <torch/nn/modules/conv.h>

#include "frontends/frontend.h"
#include "frontends/resnet_trunk.h"

namespace sotto::frontends {

/// Defaults are the published front end: 11.2 M parameters, 88 x 88 pictures to 512 features.
struct ResNetLipsOptions : Options {
  int64_t stem_channels = 64;
  std::vector<int64_t> stem_kernel = {5, 7, 7};
  std::vector<int64_t> widths = {64, 128, 256, 512};
  int64_t blocks = 2;
  double share_3d = 0;
  std::string activation = "swish";
  std::string stem_activation = "swish";
  std::string pooling = "average";

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Lip front end (Stafylakis and Tzimiropoulos 2017, arXiv:1703.04105; Ma et al. 2021,
/// arXiv:2102.06657): one 3-D convolution over time and picture, batch norm, max pooling, then a
/// ResNet on each frame. Keys match `frontend.frontend3D` and `frontend.trunk` of auto_avsr.
///
/// `share_3d` of the residual blocks, counted from the stem, look along time too (3 x 3 x 3): the
/// "Enhanced ResNet3D" of the CNVSRC winners is of this kind, but its details are not published, so
/// that depth, widths and share are for the recipe to say.
///
/// `pooling: flatten` keeps the last picture's positions instead of averaging them: better for
/// small trunks, whose last picture is all they know of the mouth's shape.
class ResNetLipsImpl : public Frontend, public Packable {
 public:
  /// @param pictures  whose side is known ahead for the width of a flattened output.
  ResNetLipsImpl(const ResNetLipsOptions& options, Pictures pictures);

  at::Tensor forward(const at::Tensor& lips, const Lengths& lengths) override;
  void pack(Precision precision) override;
  int64_t output_dim() const override { return output_dim_; }
  int64_t fixed_side() const override { return options_.pooling == "flatten" ? pictures_.side : 0; }

  std::shared_ptr<ResNetStages> trunk;
  torch::nn::ModuleList frontend3D{nullptr};  // NOLINT: the published name

 private:
  /// (B, T, 1 or 3, H, W) -> (B T, C, H', W') through stem and pooling, or (B, C, T, H', W') for a trunk
  /// that looks along time. In training the former has the valid frames only.
  at::Tensor stem(const at::Tensor& lips, const Lengths& lengths);
  at::Tensor with_neighbours(
      const at::Tensor& lips, const std::vector<int64_t>& counts) const;
  /// The trunk's last pictures, (B T, C, H', W'), packed: some at a time, so that memory does not grow
  /// with the clip, unless the trunk looks along time.
  at::Tensor packed_maps(const at::Tensor& lips, const Lengths& lengths) const;

  ResNetLipsOptions options_;
  torch::nn::Conv3d stem_{nullptr};
  std::shared_ptr<BatchNorm> stem_norm_;
  std::shared_ptr<Activation> stem_activation_;
  std::unique_ptr<PackedConvolution> packed_stem_;
  Pictures pictures_;
  int64_t output_dim_;
};

}  // namespace sotto::frontends
