#include "frontends/resnet_trunk.h"

#include <utility>

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include "common/valid_frames.h"

namespace sotto::frontends {
namespace {

/// A bias-free convolution over one to three dimensions with its weight as the only parameter. Over
/// three it keeps every frame: the stride is the picture's.
class Convolution : public torch::nn::Module {
 public:
  Convolution(
      int64_t dimensions, int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding)
      : pointwise_(kernel == 1),
        stride_(static_cast<size_t>(dimensions), stride),
        padding_(static_cast<size_t>(dimensions), padding) {
    if (dimensions == 3) {
      stride_[0] = 1;
    }
    std::vector<int64_t> shape(static_cast<size_t>(dimensions + 2), kernel);
    shape[0] = out;
    shape[1] = in;
    weight_ = register_parameter("weight", at::empty(shape));
    torch::nn::init::kaiming_normal_(weight_, 0.0, torch::kFanOut, torch::kReLU);
  }

  const at::Tensor& weight() const { return weight_; }
  const std::vector<int64_t>& stride() const { return stride_; }
  const std::vector<int64_t>& padding() const { return padding_; }
  void drop() { empty(weight_); }

  at::Tensor forward(at::Tensor x) const {
    std::vector<int64_t> stride = stride_;
    // oneDNN 2.6 writes beyond its buffers in the gradient of a strided 1x1 convolution on processors
    // without AVX-512 unless channels come in eights. What such a convolution leaves out need not
    // reach it.
    for (size_t i = 0; pointwise_ && i < stride.size(); ++i) {
      const auto dimension = static_cast<int64_t>(i) + 2;
      x = x.slice(dimension, 0, x.size(dimension), std::exchange(stride[i], 1));
    }
    return stride.size() == 1   ? at::conv1d(x, weight_, {}, stride, padding_)
           : stride.size() == 2 ? at::conv2d(x, weight_, {}, stride, padding_)
                                : at::conv3d(x, weight_, {}, stride, padding_);
  }

 private:
  bool pointwise_;
  std::vector<int64_t> stride_;
  std::vector<int64_t> padding_;
  at::Tensor weight_;
};

/// (B, C, T, H, W) -> (B * T, C, H, W); what has four dimensions already stays.
at::Tensor frame_by_frame(const at::Tensor& x) {
  return x.dim() == 5 ? x.transpose(1, 2).flatten(0, 1) : x;
}

/// Padding of (B, C, k T, ...) set to zero before a convolution that looks along time.
at::Tensor without_padding(const at::Tensor& x, const Lengths& lengths) {
  return lengths.leaves_out_padding()
             ? lengths.zero_padding(x, 2, x.size(2) / lengths.padded())
             : x;
}

/// Convolution, norm and activation (or none) as one.
std::unique_ptr<PackedConvolution> packed(
    Convolution& convolution,
    const BatchNorm& norm,
    const Activation* activation,
    Precision precision) {
  const FoldedConvolution folded = fold_batch_norm(
      convolution.weight(), {}, norm.weight, norm.bias, norm.running_mean, norm.running_var,
      BatchNorm::kEpsilon);
  convolution.drop();
  return std::make_unique<PackedConvolution>(
      folded.weight, folded.bias, convolution.stride(), convolution.padding(),
      activation != nullptr ? activation->fused() : FusedActivation::kNone,
      activation != nullptr ? activation->slopes() : at::Tensor(), precision);
}

class BasicBlock : public torch::nn::Module {
 public:
  BasicBlock(
      int64_t dimensions, int64_t in, int64_t out, int64_t stride, const std::string& activation)
      : dimensions_(dimensions) {
    conv1_ = register_module("conv1", std::make_shared<Convolution>(dimensions, in, out, 3, stride, 1));
    bn1_ = register_module("bn1", std::make_shared<BatchNorm>(out));
    relu1_ = register_module("relu1", std::make_shared<Activation>(activation, out));
    conv2_ = register_module("conv2", std::make_shared<Convolution>(dimensions, out, out, 3, 1, 1));
    bn2_ = register_module("bn2", std::make_shared<BatchNorm>(out));
    relu2_ = register_module("relu2", std::make_shared<Activation>(activation, out));
    if (stride != 1 || in != out) {
      downsample_ = register_module("downsample", torch::nn::ModuleList());
      shortcut_ = std::make_shared<Convolution>(dimensions, in, out, 1, stride, 0);
      shortcut_norm_ = std::make_shared<BatchNorm>(out);
      downsample_->push_back(shortcut_);
      downsample_->push_back(shortcut_norm_);
    }
  }

  int64_t dimensions() const { return dimensions_; }

  at::Tensor forward(const at::Tensor& input, const Lengths& lengths) {
    const at::Tensor x = without_padding(input, lengths);
    at::Tensor y =
        without_padding(bn1_->forward(conv1_->forward(x), lengths, relu1_->tail()), lengths);
    const at::Tensor added =
        shortcut_ ? shortcut_norm_->forward(shortcut_->forward(x), lengths) : x;
    return bn2_->forward(conv2_->forward(y), lengths, relu2_->tail(added));
  }

  void pack(Precision precision) {
    packed1_ = packed(*conv1_, *bn1_, relu1_.get(), precision);
    packed2_ = packed(*conv2_, *bn2_, relu2_.get(), precision);
    if (shortcut_) {
      packed_shortcut_ = packed(*shortcut_, *shortcut_norm_, nullptr, precision);
    }
  }

  FeatureMap forward(const FeatureMap& input, const Lengths& lengths) const {
    const auto clean = [&](const FeatureMap& x) {
      return lengths.leaves_out_padding() ? FeatureMap(without_padding(x.tensor(), lengths)) : x;
    };
    const FeatureMap x = clean(input);
    return packed2_->apply(
        clean(packed1_->apply(x)), packed_shortcut_ ? packed_shortcut_->apply(x) : x);
  }

 private:
  int64_t dimensions_;
  std::shared_ptr<Convolution> conv1_;
  std::shared_ptr<Convolution> conv2_;
  std::shared_ptr<Convolution> shortcut_;
  std::shared_ptr<BatchNorm> bn1_;
  std::shared_ptr<BatchNorm> bn2_;
  std::shared_ptr<BatchNorm> shortcut_norm_;
  std::shared_ptr<Activation> relu1_;
  std::shared_ptr<Activation> relu2_;
  torch::nn::ModuleList downsample_{nullptr};
  std::unique_ptr<PackedConvolution> packed1_;
  std::unique_ptr<PackedConvolution> packed2_;
  std::unique_ptr<PackedConvolution> packed_shortcut_;
};

}  // namespace

ResNetStages::ResNetStages(
    int64_t dimensions,
    int64_t input_channels,
    const std::vector<int64_t>& widths,
    int64_t blocks,
    const std::string& activation,
    int64_t blocks_3d) {
  int64_t in = input_channels;
  int64_t number = 0;
  for (size_t s = 0; s < widths.size(); ++s) {
    torch::nn::ModuleList stage =
        register_module("layer" + std::to_string(s + 1), torch::nn::ModuleList());
    for (int64_t b = 0; b < blocks; ++b) {
      const int64_t stride = s > 0 && b == 0 ? 2 : 1;
      stage->push_back(std::make_shared<BasicBlock>(
          number++ < blocks_3d ? 3 : dimensions, in, widths[s], stride, activation));
      in = widths[s];
    }
    stages_.push_back(stage);
  }
}

void ResNetStages::pack(Precision precision) {
  if (is_packed_) {
    return;
  }
  is_packed_ = true;
  for (const auto& stage : stages_) {
    for (const auto& block : *stage) {
      block->as<BasicBlock>()->pack(precision);
    }
  }
}

at::Tensor ResNetStages::frames_of(const at::Tensor& x, const Lengths& lengths) const {
  if (x.dim() != 5) {
    return x;
  }
  return is_training() && lengths.leaves_out_padding() ? valid_pictures(x, lengths)
                                                       : frame_by_frame(x);
}

FeatureMap ResNetStages::forward(const FeatureMap& input, const Lengths& lengths) {
  const Lengths single = lengths.one_by_one();
  FeatureMap x = input;
  for (const auto& stage : stages_) {
    for (const auto& block : *stage) {
      auto* basic = block->as<BasicBlock>();
      if (basic->dimensions() == 2 && x.sizes().size() == 5) {
        x = FeatureMap(frame_by_frame(x.tensor()));
      }
      x = basic->forward(x, basic->dimensions() == 2 ? single : lengths);
    }
  }
  return x;
}

at::Tensor ResNetStages::forward(const at::Tensor& input, const Lengths& lengths) {
  if (is_packed_) {
    const at::Tensor x = forward(FeatureMap(input), lengths).tensor();
    return x.dim() == 5 ? frame_by_frame(x) : x;
  }
  const Lengths single = lengths.one_by_one();
  at::Tensor x = input;
  for (const auto& stage : stages_) {
    for (const auto& block : *stage) {
      const auto basic = std::static_pointer_cast<BasicBlock>(block);
      const bool pictures = basic->dimensions() == 2;
      const Lengths& own = pictures ? single : lengths;
      x = pictures ? frames_of(x, lengths) : x;
      x = checkpoint_gradients
              ? checkpoint(
                    *basic, {x},
                    [basic, own](const auto& inputs) { return basic->forward(inputs[0], own); })
              : basic->forward(x, own);
    }
  }
  return frames_of(x, lengths);
}

}  // namespace sotto::frontends
