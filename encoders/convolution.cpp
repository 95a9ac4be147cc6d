#include "encoders/convolution.h"

#include <ATen/ATen.h>

namespace sotto::encoders {
namespace {

using torch::nn::Conv1dOptions;

/// A kernel-1 convolution as a matrix product in (B, T, D) layout: no transposes, faster on CPUs.
at::Tensor pointwise(torch::nn::Conv1d& conv, const at::Tensor& x) {
  return at::linear(x, conv->weight.squeeze(2), conv->bias);
}

}  // namespace

ConvolutionModuleImpl::ConvolutionModuleImpl(int64_t D, int64_t kernel, bool masked_input)
    : masked_input_(masked_input) {
  TORCH_CHECK(kernel % 2 == 1, "ConvolutionModule: expected an odd kernel, got ", kernel);
  pointwise_cov1 = register_module("pointwise_cov1", torch::nn::Conv1d(Conv1dOptions(D, 2 * D, 1)));
  depthwise_conv = register_module(
      "depthwise_conv",
      torch::nn::Conv1d(Conv1dOptions(D, D, kernel).padding((kernel - 1) / 2).groups(D)));
  norm = register_module("norm", torch::nn::BatchNorm1d(D));
  pointwise_cov2 = register_module("pointwise_cov2", torch::nn::Conv1d(Conv1dOptions(D, D, 1)));
}

at::Tensor ConvolutionModuleImpl::forward(const at::Tensor& x, const Lengths& lengths) {
  const bool masked = masked_input_ && lengths.leaks() && lengths.ragged();
  const auto mask = [&](const at::Tensor& y) {
    return masked ? y * lengths.valid_mask(y.device()).unsqueeze(2).to(y.scalar_type()) : y;
  };
  at::Tensor y = at::glu(pointwise(pointwise_cov1, mask(x)), -1);
  y = lengths.zero_padding(y, 1).transpose(1, 2);
  y = at::silu(norm->forward(depthwise_conv->forward(y)));
  return mask(pointwise(pointwise_cov2, y.transpose(1, 2)));
}

}  // namespace sotto::encoders
