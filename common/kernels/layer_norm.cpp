#include "common/kernels/layer_norm.h"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>

#include "common/autocast.h"
#include "common/kernels/vector.h"

namespace sotto {

at::Tensor LayerNormImpl::forward(const at::Tensor& x) {
  return torch::nn::LayerNormImpl::forward(as_float(x));
}

at::Tensor add_and_normalise(
    at::Tensor& x, const at::Tensor& addition, torch::nn::LayerNormImpl& norm) {
  const auto plain = [](const at::Tensor& tensor) {
    return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous();
  };
  const bool fits = plain(x) && norm.weight.defined() && norm.weight.scalar_type() == at::kFloat &&
                    (!addition.defined() || (plain(addition) && addition.sizes() == x.sizes()));
  if (!fits || at::GradMode::is_enabled()) {
    x = addition.defined() ? x + addition : x;
    return norm.forward(x);
  }
  const int64_t D = x.size(-1);
  const at::Tensor y = at::empty_like(x);
  constexpr int64_t kWorthAThread = 8192;  // floats
  at::parallel_for(
      0, x.numel() / D, std::max<int64_t>(1, kWorthAThread / D), [&](int64_t begin, int64_t end) {
        const int64_t offset = begin * D;
        vector_kernels().add_and_normalise(
            addition.defined() ? addition.data_ptr<float>() + offset : nullptr,
            end - begin,
            D,
            norm.weight.data_ptr<float>(),
            norm.bias.data_ptr<float>(),
            static_cast<float>(norm.options.eps()),
            x.data_ptr<float>() + offset,
            y.data_ptr<float>() + offset);
      });
  return y;
}

}  // namespace sotto
