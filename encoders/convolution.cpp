#include "encoders/convolution.h"

#include <ATen/ATen.h>

#include "common/kernels/depthwise.h"
#include "common/kernels/depthwise_training.h"
#include "common/kernels/packed_convolution.h"
#include "common/kernels/packed_matrix.h"

namespace sotto::encoders {
namespace {

using torch::nn::Conv1dOptions;

/// A kernel-1 convolution as a matrix product in (B, T, D) layout: no transposes, faster on CPUs.
at::Tensor pointwise(torch::nn::Conv1d& conv, const at::Tensor& x) {
  return at::linear(x, conv->weight.squeeze(2), conv->bias);
}

}  // namespace

struct ConvolutionModuleImpl::Packed {
  PackedMatrix in;
  at::Tensor taps;  // (K, D), the batch norm folded into it
  at::Tensor bias;
  PackedMatrix out;
};

ConvolutionModuleImpl::~ConvolutionModuleImpl() = default;

ConvolutionModuleImpl::ConvolutionModuleImpl(int64_t D, int64_t kernel, bool masked_input)
    : masked_input_(masked_input) {
  TORCH_CHECK(kernel % 2 == 1, "ConvolutionModule: expected an odd kernel, got ", kernel);
  pointwise_cov1 = register_module("pointwise_cov1", torch::nn::Conv1d(Conv1dOptions(D, 2 * D, 1)));
  depthwise_conv = register_module(
      "depthwise_conv",
      torch::nn::Conv1d(Conv1dOptions(D, D, kernel).padding((kernel - 1) / 2).groups(D)));
  norm = register_module("norm", std::make_shared<BatchNorm>(D));
  pointwise_cov2 = register_module("pointwise_cov2", torch::nn::Conv1d(Conv1dOptions(D, D, 1)));
}

at::Tensor ConvolutionModuleImpl::forward(const at::Tensor& x, const Lengths& lengths) {
  const bool masked = masked_input_ && lengths.leaks() && lengths.ragged();
  const auto mask = [&](const at::Tensor& y) {
    return masked ? y * lengths.valid_mask(y.device()).unsqueeze(2).to(y.scalar_type()) : y;
  };
  if (packed_) {
    const at::Tensor gated = gated_linear_unit(packed_->in.multiply(mask(x)));
    return mask(packed_->out.multiply(depthwise(
        lengths.zero_padding(gated, 1), packed_->taps, packed_->bias, FusedActivation::kSwish)));
  }
  at::Tensor y = at::glu(pointwise(pointwise_cov1, mask(x)), -1);
  y = depthwise_over_time(
      lengths.zero_padding(y, 1), depthwise_conv->weight, depthwise_conv->bias);
  const NormTail swish = {FusedActivation::kSwish, {}, {}};
  y = norm->forward(y.transpose(1, 2), lengths, swish).transpose(1, 2);
  return mask(pointwise(pointwise_cov2, y));
}

void ConvolutionModuleImpl::pack(Precision precision) {
  if (packed_) {
    return;
  }
  const FoldedConvolution folded = fold_batch_norm(
      depthwise_conv->weight, depthwise_conv->bias, norm->weight, norm->bias, norm->running_mean,
      norm->running_var, BatchNorm::kEpsilon);
  packed_.reset(new Packed{
      PackedMatrix(pointwise_cov1->weight.squeeze(2), pointwise_cov1->bias, precision),
      folded.weight.squeeze(1).t().contiguous(), folded.bias.contiguous(),
      PackedMatrix(pointwise_cov2->weight.squeeze(2), pointwise_cov2->bias, precision)});
  for (auto* conv : {&pointwise_cov1, &depthwise_conv, &pointwise_cov2}) {
    empty((*conv)->weight);
    empty((*conv)->bias);
  }
}

}  // namespace sotto::encoders
