#pragma once

#include "frontends/frontend.h"
#include "frontends/resnet_trunk.h"

namespace sotto::frontends {

/// Defaults are the published front end: 3.8 M parameters, 512 features.
struct ResNetWaveformOptions : Options {
  int64_t stem_channels = 64;
  std::vector<int64_t> widths = {64, 128, 256, 512};
  int64_t blocks = 2;
  std::string activation = "swish";

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// 1-D ResNet on the raw waveform (Petridis et al. 2018, arXiv:1802.06424; Ma et al. 2021): a
/// convolution of 5 ms, residual stages, average pooling to 25 features a second. Keys match
/// `frontend.trunk` of auto_avsr's audio models. It needs four stages (each halves time after the
/// first: 640 = 4 * 8 * 20).
class ResNetWaveformImpl : public Frontend {
 public:
  explicit ResNetWaveformImpl(const ResNetWaveformOptions& options);

  /// Samples past the last whole frame (640) are dropped.
  at::Tensor forward(const at::Tensor& wave, const Lengths& lengths) override;
  int64_t output_dim() const override { return options_.widths.back(); }

 private:
  class Trunk;
  ResNetWaveformOptions options_;
  std::shared_ptr<Trunk> trunk_;
};

}  // namespace sotto::frontends
