#include "frontends/log_mel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "common/autocast.h"
#include "frontends/resnet_trunk.h"

namespace sotto::frontends {
namespace {

constexpr double kSampleRateHz = 16000;
constexpr int64_t kWindow = 400;  // 25 ms
constexpr int64_t kHop = 160;     // 10 ms
constexpr int64_t kFft = 512;
constexpr int64_t kPerFrame = 4;  // mel frames a video frame
constexpr int64_t kMargin = (kWindow - kHop) / 2;

double hz_to_mel(double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); }
double mel_to_hz(double mel) { return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0); }

/// Triangles of equal width on the mel scale, (bins, bands).
at::Tensor mel_filters(const LogMelOptions& options) {
  const int64_t bins = kFft / 2 + 1;
  at::Tensor filters = at::zeros({bins, options.bands});
  auto values = filters.accessor<float, 2>();
  const double low = hz_to_mel(options.low_hz);
  const double step = (hz_to_mel(options.high_hz) - low) / static_cast<double>(options.bands + 1);
  for (int64_t band = 0; band < options.bands; ++band) {
    const double left = mel_to_hz(low + step * static_cast<double>(band));
    const double centre = mel_to_hz(low + step * static_cast<double>(band + 1));
    const double right = mel_to_hz(low + step * static_cast<double>(band + 2));
    for (int64_t bin = 0; bin < bins; ++bin) {
      const double hz = static_cast<double>(bin) * kSampleRateHz / kFft;
      const double weight = std::min((hz - left) / (centre - left), (right - hz) / (right - centre));
      values[bin][band] = static_cast<float>(std::max(0.0, weight));
    }
  }
  return filters;
}

}  // namespace

void LogMelOptions::visit(OptionVisitor& v) {
  v.field("bands", bands, at_least(4), "", "mel bands");
  v.field("low_hz", low_hz, between(0, 8000), "Hz", "lower edge of the first band");
  v.field("high_hz", high_hz, between(0, 8000), "Hz", "upper edge of the last band");
  v.field("channels", channels, at_least(1), "", "channels of the two convolutions");
  v.field(
      "mask_bands", mask_bands, at_least(0), "bands",
      "widest frequency mask while training; 0: none");
}

void LogMelOptions::validate() const {
  if (channels.size() != 2 || low_hz >= high_hz || mask_bands >= bands) {
    throw ConfigError("log_mel: expected two channels, low_hz below high_hz, mask_bands below bands");
  }
}

at::Tensor BandMask::forward(const at::Tensor& x) const {
  if (!on() || widest_ == 0) {
    return x;
  }
  const int64_t B = x.size(0);
  const int64_t bands = x.size(3);
  const at::Tensor width = at::randint(0, widest_ + 1, {B, 1}, at::kLong);
  const at::Tensor start =
      (at::rand({B, 1}) * (bands - width + 1).to(at::kFloat)).floor().to(at::kLong);
  const at::Tensor band = at::arange(bands, at::kLong).unsqueeze(0);
  const at::Tensor kept = (band < start).logical_or(band >= start + width);
  return x * kept.view({B, 1, 1, bands}).to(x.options());
}

LogMelImpl::LogMelImpl(const LogMelOptions& options) : options_(options) {
  options.validate();
  const auto convolution = [](int64_t in, int64_t out) {
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(in, out, 3).stride(2).padding(1).bias(false));
  };
  conv1 = register_module("conv1", convolution(1, options.channels[0]));
  bn1 = register_module("bn1", std::make_shared<BatchNorm>(options.channels[0]));
  conv2 = register_module("conv2", convolution(options.channels[0], options.channels[1]));
  bn2 = register_module("bn2", std::make_shared<BatchNorm>(options.channels[1]));
  band_mask = register_module("band_mask", std::make_shared<BandMask>(options.mask_bands));
  window_ = at::hann_window(kWindow, /*periodic=*/true);
  filters_ = mel_filters(options);
}

int64_t LogMelImpl::output_dim() const {
  return options_.channels[1] * halved(halved(options_.bands));
}

at::Tensor LogMelImpl::log_mel(const at::Tensor& wave, const Lengths& lengths) const {
  const AutocastScope exact{Autocast()};  // the power of a loud vowel is beyond float16
  const at::Tensor frames =
      at::constant_pad_nd(wave, {kMargin, kMargin}).unfold(1, kWindow, kHop) *
      window_.to(wave.options(), /*non_blocking=*/true);
  const at::Tensor spectrum = at::view_as_real(at::fft_rfft(frames, kFft));
  const at::Tensor power = spectrum.square().sum(-1);
  const at::Tensor mel = at::log(at::matmul(power, filters_.to(wave.options(), true)) + 1e-3);
  if (!lengths.ragged()) {
    const at::Tensor mean = mel.mean({1, 2}, true);
    return (mel - mean) / at::sqrt((mel - mean).square().mean({1, 2}, true) + 1e-5);
  }
  // A clip's mean and deviation are its own where padding leaks, too.
  const Lengths own(lengths.frames(), lengths.padded());
  const auto count = own.tensor().to(mel.device(), at::kFloat, /*non_blocking=*/true) *
                     (kPerFrame * options_.bands);
  const at::Tensor mean =
      own.zero_padding(mel, 1, kPerFrame).sum({1, 2}).div(count).view({-1, 1, 1});
  const at::Tensor centred = own.zero_padding(mel - mean, 1, kPerFrame);
  const at::Tensor variance = centred.square().sum({1, 2}).div(count).view({-1, 1, 1});
  return centred / at::sqrt(variance + 1e-5);
}

at::Tensor LogMelImpl::forward(const at::Tensor& wave, const Lengths& lengths) {
  TORCH_CHECK(
      wave.dim() == 3 && wave.size(2) == 1 && wave.size(1) == lengths.padded() * 640,
      "LogMel: expected wave (B, 640 * ", lengths.padded(), ", 1), got ", wave.sizes());
  at::Tensor x = band_mask->forward(log_mel(wave.squeeze(2), lengths).unsqueeze(1));
  x = at::silu(bn1->forward(conv1->forward(x), lengths));
  x = at::silu(bn2->forward(conv2->forward(lengths.zero_padding(x, 2, 2)), lengths));
  return x.transpose(1, 2).flatten(2);
}

}  // namespace sotto::frontends
