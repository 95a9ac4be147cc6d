#include "frontends/resnet_waveform.h"

#include <ATen/ATen.h>

namespace sotto::frontends {
namespace {

constexpr int64_t kSamplesPerFrame = 640;
constexpr int64_t kStemStride = 4;

}  // namespace

/// Stem and stages under one name, as in the published checkpoints.
class ResNetWaveformImpl::Trunk : public ResNetStages {
 public:
  explicit Trunk(const ResNetWaveformOptions& options)
      : ResNetStages(1, options.stem_channels, options.widths, options.blocks, options.activation) {
    conv1 = register_module(
        "conv1", torch::nn::Conv1d(torch::nn::Conv1dOptions(1, options.stem_channels, 80)
                                       .stride(kStemStride)
                                       .padding(38)
                                       .bias(false)));
    bn1 = register_module("bn1", std::make_shared<BatchNorm>(options.stem_channels));
    relu = register_module(
        "relu", std::make_shared<Activation>(options.activation, options.stem_channels));
  }

  torch::nn::Conv1d conv1{nullptr};
  std::shared_ptr<BatchNorm> bn1;
  std::shared_ptr<Activation> relu;
};

void ResNetWaveformOptions::visit(OptionVisitor& v) {
  v.field("stem_channels", stem_channels, at_least(1), "", "channels of the first convolution");
  v.field("widths", widths, at_least(1), "", "channels of the four residual stages");
  v.field("blocks", blocks, at_least(1), "", "basic blocks a stage");
  v.field("activation", activation, activation_names(), "activation");
}

void ResNetWaveformOptions::validate() const {
  if (widths.size() != 4) {
    throw ConfigError("resnet1d: expected four widths (640 samples a frame are 4 x 8 x 20)");
  }
}

ResNetWaveformImpl::ResNetWaveformImpl(const ResNetWaveformOptions& options) : options_(options) {
  options.validate();
  trunk_ = register_module("trunk", std::make_shared<Trunk>(options));
}

at::Tensor ResNetWaveformImpl::forward(const at::Tensor& wave, const Lengths& lengths) {
  TORCH_CHECK(
      wave.dim() == 3 && wave.size(2) == 1 && wave.size(1) >= kSamplesPerFrame,
      "ResNetWaveform: expected wave (B, N, 1) of at least 640 samples, got ", wave.sizes());
  const int64_t T = wave.size(1) / kSamplesPerFrame;
  at::Tensor x = wave.narrow(1, 0, T * kSamplesPerFrame).transpose(1, 2);
  x = trunk_->bn1->forward(trunk_->conv1->forward(x), lengths, trunk_->relu->tail());
  // Every stage sees a whole number of positions a frame, so padding can be cleared exactly.
  x = trunk_->forward(x, lengths);
  return x.view({x.size(0), x.size(1), T, -1}).mean(3).transpose(1, 2);
}

}  // namespace sotto::frontends
