// PackedConvolution without oneDNN (SOTTO_MEDIA=OFF): the same numbers by ATen.
#include <ATen/ATen.h>

#include "common/kernels/packed_convolution.h"

namespace sotto {

struct FeatureMap::Implementation {
  at::Tensor data;
};

FeatureMap::FeatureMap(const at::Tensor& x) {
  TORCH_CHECK(
      x.scalar_type() == at::kFloat && x.device().is_cpu() && x.dim() >= 3 && x.dim() <= 5,
      "FeatureMap: expected (N, C, ...) in float32 on the host, got ",
      x.sizes());
  implementation_ = std::make_shared<Implementation>(Implementation{x});
}

std::vector<int64_t> FeatureMap::sizes() const {
  return implementation_->data.sizes().vec();
}

at::Tensor FeatureMap::tensor() const {
  return implementation_->data.contiguous();
}

struct PackedConvolution::Implementation {
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor slopes;
  std::vector<int64_t> stride;
  std::vector<int64_t> padding;
  FusedActivation activation;
  bool halves;  // factors and results have bfloat16's digits

  at::Tensor rounded(const at::Tensor& x) const {
    return halves ? x.to(at::kBFloat16).to(at::kFloat) : x;
  }
};

PackedConvolution::PackedConvolution(
    const at::Tensor& weight,
    const at::Tensor& bias,
    std::vector<int64_t> stride,
    std::vector<int64_t> padding,
    FusedActivation activation,
    const at::Tensor& slopes,
    Precision precision)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& own = *implementation_;
  own.halves = precision != Precision::kFloat32 && processor_has(Precision::kBfloat16);
  own.weight = own.rounded(weight.detach().to(at::kFloat).contiguous().clone());
  own.bias = bias.detach().to(at::kFloat).contiguous().clone();
  own.stride = std::move(stride);
  own.padding = std::move(padding);
  own.activation = activation;
  if (slopes.defined()) {
    own.slopes = slopes.detach().to(at::kFloat).contiguous().clone();
  }
}

PackedConvolution::~PackedConvolution() = default;

FeatureMap PackedConvolution::apply(const FeatureMap& x, const FeatureMap& residual) const {
  const Implementation& own = *implementation_;
  const std::vector<int64_t> one(own.stride.size(), 1);
  const std::vector<int64_t> none(own.stride.size(), 0);
  at::Tensor y = at::convolution(
      own.rounded(x.implementation_->data),
      own.weight,
      own.bias,
      own.stride,
      own.padding,
      one,
      /*transposed=*/false,
      none,
      /*groups=*/1);
  if (residual.defined()) {
    y = y + own.rounded(residual.implementation_->data);
  }
  if (own.slopes.defined()) {
    y = at::prelu(y, own.slopes);
  } else if (own.activation == FusedActivation::kRelu) {
    y = at::relu(y);
  } else if (own.activation == FusedActivation::kSwish) {
    y = at::silu(y);
  }
  return FeatureMap(own.rounded(y));
}

FeatureMap PackedConvolution::apply_and_pool(const FeatureMap& x) const {
  return FeatureMap(at::max_pool2d(apply(x).implementation_->data, {3, 3}, {2, 2}, {1, 1}));
}

}  // namespace sotto
