#include "common/kernels/depthwise.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include "common/kernels/vector.h"

namespace sotto {

at::Tensor depthwise(
    const at::Tensor& input,
    const at::Tensor& weight,
    const at::Tensor& bias,
    FusedActivation activation) {
  TORCH_CHECK(
      input.dim() == 3 && weight.dim() == 2 && input.size(2) == weight.size(1) &&
          weight.size(0) % 2 == 1,
      "depthwise: expected x (B, T, D) and weight (K, D) with an odd K, got ", input.sizes(), " and ",
      weight.sizes());
  const at::Tensor x = input.contiguous();
  const at::Tensor y = at::empty_like(x);
  const int64_t T = x.size(1);
  const int64_t D = x.size(2);
  const auto& kernels = vector_kernels();
  for (int64_t b = 0; b < x.size(0); ++b) {
    const float* from = x.data_ptr<float>() + b * T * D;
    float* to = y.data_ptr<float>() + b * T * D;
    at::parallel_for(0, T, 32, [&](int64_t begin, int64_t end) {
      kernels.depthwise(
          from, T, D, weight.data_ptr<float>(), weight.size(0), bias.data_ptr<float>(), activation,
          begin, end, to);
    });
  }
  return y;
}

at::Tensor gated_linear_unit(const at::Tensor& input) {
  const at::Tensor x = input.contiguous();
  std::vector<int64_t> shape = x.sizes().vec();
  const int64_t D = shape.back() / 2;
  shape.back() = D;
  const at::Tensor y = at::empty(shape, x.options());
  const int64_t rows = D == 0 ? 0 : x.numel() / (2 * D);
  at::parallel_for(0, rows, 64, [&](int64_t begin, int64_t end) {
    vector_kernels().gated_linear_unit(
        x.data_ptr<float>() + begin * 2 * D, end - begin, D, y.data_ptr<float>() + begin * D);
  });
  return y;
}

}  // namespace sotto
