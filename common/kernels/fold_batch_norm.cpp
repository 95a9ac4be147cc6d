#include <ATen/ATen.h>

#include "common/kernels/packed_convolution.h"

namespace sotto {

FoldedConvolution fold_batch_norm(
    const at::Tensor& weight,
    const at::Tensor& bias,
    const at::Tensor& gamma,
    const at::Tensor& beta,
    const at::Tensor& mean,
    const at::Tensor& variance,
    double epsilon) {
  const at::Tensor scale = gamma / at::sqrt(variance + epsilon);
  std::vector<int64_t> shape(static_cast<size_t>(weight.dim()), 1);
  shape[0] = -1;
  const at::Tensor shift = bias.defined() ? bias - mean : -mean;
  return {weight * scale.view(shape), shift * scale + beta};
}

}  // namespace sotto
