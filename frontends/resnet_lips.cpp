#include "frontends/resnet_lips.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "common/autocast.h"
#include "common/stages.h"
#include "common/valid_frames.h"

namespace sotto::frontends {
void ResNetLipsOptions::visit(OptionVisitor& v) {
  v.field("stem_channels", stem_channels, at_least(1), "", "channels of the 3-D convolution");
  v.field(
      "stem_kernel", stem_kernel, at_least(1), "frames, rows, columns; odd",
      "kernel of the 3-D convolution");
  v.field("widths", widths, at_least(1), "", "channels of each residual stage");
  v.field("blocks", blocks, at_least(1), "", "basic blocks a stage");
  v.field(
      "share_3d", share_3d, between(0, 1), "", "share of the blocks, from the stem on, that see time");
  v.field("activation", activation, activation_names(), "activation of the residual stages");
  v.field("stem_activation", stem_activation, activation_names(), "activation of the stem");
  v.field("pooling", pooling, {"average", "flatten"}, "how the last picture becomes features");
}

void ResNetLipsOptions::validate() const {
  const bool odd = std::all_of(
      stem_kernel.begin(), stem_kernel.end(), [](int64_t size) { return size % 2 == 1; });
  if (stem_kernel.size() != 3 || !odd || widths.empty()) {
    throw ConfigError("resnet3d: expected a stem_kernel of three odd numbers and at least one width");
  }
}

ResNetLipsImpl::ResNetLipsImpl(const ResNetLipsOptions& options, Pictures pictures)
    : options_(options), pictures_(pictures) {
  options.validate();
  const auto all_blocks = static_cast<double>(options.blocks) * static_cast<double>(options.widths.size());
  trunk = register_module(
      "trunk", std::make_shared<ResNetStages>(
                   2, options.stem_channels, options.widths, options.blocks, options.activation,
                   std::lround(options.share_3d * all_blocks)));
  frontend3D = register_module("frontend3D", torch::nn::ModuleList());
  const auto& kernel = options.stem_kernel;
  stem_ = torch::nn::Conv3d(
      torch::nn::Conv3dOptions(pictures.channels, options.stem_channels, {kernel[0], kernel[1], kernel[2]})
          .stride({1, 2, 2})
          .padding({kernel[0] / 2, kernel[1] / 2, kernel[2] / 2})
          .bias(false));
  stem_norm_ = std::make_shared<BatchNorm>(options.stem_channels);
  stem_activation_ = std::make_shared<Activation>(options.stem_activation, options.stem_channels);
  frontend3D->push_back(stem_);
  frontend3D->push_back(stem_norm_);
  frontend3D->push_back(stem_activation_);
  int64_t last_side = halved(halved(pictures.side));
  for (size_t s = 1; s < options.widths.size(); ++s) {
    last_side = halved(last_side);
  }
  output_dim_ = options.widths.back() * (options.pooling == "flatten" ? last_side * last_side : 1);
}

/// (N, C K, H, W) in channels-last order of lips (B, T, C, H, W): the channels of each of the first
/// `counts` frames of every clip and of the K - 1 around it. A convolution over time and picture is one
/// over the picture on these.
at::Tensor ResNetLipsImpl::with_neighbours(
    const at::Tensor& lips, const std::vector<int64_t>& counts) const {
  const int64_t around = options_.stem_kernel[0] / 2;
  const at::Tensor padded =
      at::constant_pad_nd(lips, {0, 0, 0, 0, 0, 0, around, around});  // (B, T + 2 around, C, H, W)
  const bool whole = std::all_of(
      counts.begin(), counts.end(), [&](int64_t count) { return count == lips.size(1); });
  std::vector<at::Tensor> channels;
  for (int64_t c = 0; c < pictures_.channels; ++c) {
    const at::Tensor channel = padded.select(2, c);
    for (int64_t k = 0; k < options_.stem_kernel[0]; ++k) {
      if (whole) {
        channels.push_back(channel.narrow(1, k, lips.size(1)).flatten(0, 1));
        continue;
      }
      std::vector<at::Tensor> clips;
      for (size_t b = 0; b < counts.size(); ++b) {
        clips.push_back(channel[static_cast<int64_t>(b)].narrow(0, k, counts[b]));
      }
      channels.push_back(at::cat(clips));
    }
  }
  return at::stack(channels, -1).permute({0, 3, 1, 2});
}

at::Tensor ResNetLipsImpl::stem(const at::Tensor& lips, const Lengths& lengths) {
  const int64_t B = lips.size(0);
  const int64_t T = lips.size(1);
  const bool sees_time = options_.share_3d > 0;
  const bool valid_only = is_training() && lengths.leaves_out_padding() && !sees_time;
  const auto& kernel = options_.stem_kernel;
  at::Tensor x = at::conv2d(
      with_neighbours(
          lips, valid_only ? lengths.frames() : std::vector<int64_t>(static_cast<size_t>(B), T)),
      stem_->weight.flatten(1, 2), {}, {2, 2}, {kernel[1] / 2, kernel[2] / 2});
  if (sees_time) {
    x = x.unflatten(0, {B, T}).transpose(1, 2);
    x = stem_norm_->forward(x, lengths, stem_activation_->tail()).transpose(1, 2).flatten(0, 1);
  } else {
    x = stem_norm_->forward(x, lengths.one_by_one(), stem_activation_->tail());
  }
  x = at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
  return sees_time ? x.unflatten(0, {B, T}).transpose(1, 2) : x;
}

at::Tensor ResNetLipsImpl::packed_maps(const at::Tensor& lips, const Lengths& lengths) const {
  constexpr int64_t kPicturesAtOnce = 128;  // more of them leave the caches
  const int64_t K = options_.stem_kernel[0];
  const at::Tensor frames = at::constant_pad_nd(lips, {0, 0, 0, 0, 0, 0, K / 2, K / 2})
                                .unfold(1, K, 1)  // (B, T, C, H, W, K)
                                .permute({0, 1, 2, 5, 3, 4})
                                .flatten(2, 3)
                                .flatten(0, 1);
  if (options_.share_3d > 0) {
    const at::Tensor pooled = packed_stem_->apply_and_pool(FeatureMap(frames)).tensor();
    const at::Tensor x = pooled.unflatten(0, {lips.size(0), lips.size(1)}).transpose(1, 2);
    const at::Tensor y = trunk->forward(FeatureMap(x), lengths).tensor();
    return y.dim() == 5 ? y.transpose(1, 2).flatten(0, 1) : y;
  }
  std::vector<at::Tensor> maps;
  for (const at::Tensor& some : frames.split(kPicturesAtOnce)) {
    maps.push_back(
        trunk->forward(packed_stem_->apply_and_pool(FeatureMap(some)), lengths).tensor());
  }
  return maps.size() == 1 ? maps.front() : at::cat(maps);
}

at::Tensor ResNetLipsImpl::forward(const at::Tensor& lips, const Lengths& lengths) {
  TORCH_CHECK(
      lips.dim() == 5 && lips.size(2) == pictures_.channels, "ResNetLips: expected lips (B, T, ",
      pictures_.channels, ", H, W), got ", lips.sizes());
  const int64_t B = lips.size(0);
  const int64_t T = lips.size(1);
  at::Tensor x;
  if (packed_stem_) {
    x = packed_maps(lips, lengths);
  } else {
    x = trunk->forward(stem(lips, lengths), lengths);
  }
  note_inside("lips.map", x);  // (B T, C, H', W')
  x = options_.pooling == "flatten" ? x.contiguous().flatten(1) : as_float(x).mean({2, 3});
  TORCH_CHECK(
      x.size(1) == output_dim_, "ResNetLips: expected ", output_dim_, " features a frame, got ",
      x.size(1), "; the pictures' side differs from the model's");
  return x.size(0) == B * T ? x.view({B, T, output_dim_}) : with_padding(x, lengths);
}

void ResNetLipsImpl::pack(Precision precision) {
  if (packed_stem_) {
    return;
  }
  const FoldedConvolution folded = fold_batch_norm(
      stem_->weight, {}, stem_norm_->weight, stem_norm_->bias, stem_norm_->running_mean,
      stem_norm_->running_var, BatchNorm::kEpsilon);
  const auto& kernel = options_.stem_kernel;
  packed_stem_ = std::make_unique<PackedConvolution>(
      folded.weight.flatten(1, 2), folded.bias, std::vector<int64_t>{2, 2},
      std::vector<int64_t>{kernel[1] / 2, kernel[2] / 2}, stem_activation_->fused(),
      stem_activation_->slopes(), precision);
  empty(stem_->weight);
}

}  // namespace sotto::frontends
