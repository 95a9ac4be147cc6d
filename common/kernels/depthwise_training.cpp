#include "common/kernels/depthwise_training.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "common/autocast.h"
#include "common/kernels/depthwise.h"
#include "common/kernels/training.h"

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// (K, D) of (D, 1, K)
at::Tensor taps_of(const at::Tensor& weight) { return weight.squeeze(1).t().contiguous(); }

class DepthwiseFunction : public torch::autograd::Function<DepthwiseFunction> {
 public:
  static at::Tensor forward(
      AutogradContext* context,
      const at::Tensor& input,
      const at::Tensor& weight,
      const at::Tensor& bias) {
    const at::Tensor x = input.contiguous();
    context->save_for_backward({x, weight});
    return depthwise(x, taps_of(weight), bias.contiguous(), FusedActivation::kNone);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor taps = taps_of(saved[1]);
    const at::Tensor dy = gradients[0].contiguous();
    const int64_t T = x.size(1);
    const int64_t D = x.size(2);
    const int64_t K = taps.size(0);
    at::Tensor x_gradient;
    if (context->needs_input_grad(0)) {
      x_gradient = depthwise(dy, taps.flip(0), at::zeros({D}), FusedActivation::kNone);
    }
    const at::Tensor weights = at::zeros({K, D});
    const at::Tensor bias = at::zeros({D});
    constexpr int64_t kTile = 64;
    at::parallel_for(0, (D + kTile - 1) / kTile, 1, [&](int64_t begin, int64_t end) {
      for (int64_t b = 0; b < x.size(0); ++b) {
        training_kernels().depthwise_weights(
            x.data_ptr<float>() + b * T * D, dy.data_ptr<float>() + b * T * D, T, D, K,
            begin * kTile, std::min(D, end * kTile), weights.data_ptr<float>(),
            bias.data_ptr<float>());
      }
    });
    return {x_gradient, weights.t().unsqueeze(1).contiguous(), bias};
  }
};

}  // namespace

at::Tensor depthwise_over_time(
    const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  TORCH_CHECK(
      x.dim() == 3 && weight.dim() == 3 && weight.size(0) == x.size(2) && weight.size(2) % 2 == 1,
      "depthwise_over_time: expected x (B, T, D) and weight (D, 1, K) with an odd K, got ", x.sizes(),
      " and ", weight.sizes());
  if (x.device().is_cpu() && weight.scalar_type() == at::kFloat && bias.defined()) {
    return DepthwiseFunction::apply(as_float(x), weight, bias);
  }
  return at::conv1d(x.transpose(1, 2), weight, bias, 1, weight.size(2) / 2, 1, x.size(2))
      .transpose(1, 2);
}

}  // namespace sotto
