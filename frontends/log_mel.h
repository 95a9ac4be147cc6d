#pragma once

#include <torch/nn/modules/conv.h>

#include "common/batch_norm.h"
#include "common/regulariser.h"
#include "frontends/frontend.h"

namespace sotto::frontends {

struct LogMelOptions : Options {
  int64_t bands = 40;
  double low_hz = 60;
  double high_hz = 7600;
  std::vector<int64_t> channels = {16, 32};
  int64_t mask_bands = 6;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Zeroes one random run of at most `widest` bands a clip (SpecAugment's frequency mask, Park et
/// al. 2019, arXiv:1904.08779, sec. 2).
class BandMask : public Regulariser {
 public:
  explicit BandMask(int64_t widest) : widest_(widest) {}
  /// (B, 1, L, bands) -> the same
  at::Tensor forward(const at::Tensor& x) const;

 private:
  int64_t widest_;
};

/// Log-mel front end: 25 ms Hann windows every 10 ms, four a video frame, log(power + 1e-3), one
/// mean and deviation a clip, then two 3x3 convolutions of stride 2 (batch norm, swish) over time
/// and bands. Learns from far less data than a waveform front end.
class LogMelImpl : public Frontend {
 public:
  explicit LogMelImpl(const LogMelOptions& options);

  at::Tensor forward(const at::Tensor& wave, const Lengths& lengths) override;
  int64_t output_dim() const override;

  /// (B, 640 T) -> (B, 4 T, bands), normalised over each clip's valid frames; padded frames are 0.
  at::Tensor log_mel(const at::Tensor& wave, const Lengths& lengths) const;

  torch::nn::Conv2d conv1{nullptr};
  std::shared_ptr<BatchNorm> bn1;
  torch::nn::Conv2d conv2{nullptr};
  std::shared_ptr<BatchNorm> bn2;
  std::shared_ptr<BandMask> band_mask;

 private:
  LogMelOptions options_;
  at::Tensor window_;   // computed, in no checkpoint
  at::Tensor filters_;  // (bins, bands)
};

}  // namespace sotto::frontends
