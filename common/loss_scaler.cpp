#include "common/loss_scaler.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace sotto {
namespace {

constexpr double kSmallest = 1.0 / (1 << 16);
constexpr double kLargest = 4294967296.0;  // 2^32

}  // namespace

at::Tensor LossScaler::scaled(const at::Tensor& loss) const { return loss * state_.scale; }

bool LossScaler::unscale(const std::vector<at::Tensor>& gradients) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> there;
  std::copy_if(
      gradients.begin(), gradients.end(), std::back_inserter(there),
      [](const at::Tensor& gradient) { return gradient.defined(); });
  bool finite = true;
  if (!there.empty()) {
    const auto options = there.front().options().dtype(at::kFloat);
    at::Tensor bad = at::zeros({}, options);
    if (there.front().is_cuda()) {
      const at::Tensor inverse = at::full({}, 1.0 / state_.scale, options);
      at::_amp_foreach_non_finite_check_and_unscale_(there, bad, inverse);
    } else {
      for (const at::Tensor& gradient : there) {
        bad += gradient.isfinite().all().logical_not().to(at::kFloat);
        gradient.mul_(1.0 / state_.scale);
      }
    }
    finite = bad.item<float>() == 0;
  }
  if (!finite) {
    state_.scale = std::max(kSmallest, state_.scale / 2);
    state_.good_steps = 0;
  } else if (++state_.good_steps >= growth_interval_) {
    state_.scale = std::min(kLargest, state_.scale * 2);
    state_.good_steps = 0;
  }
  return finite;
}

}  // namespace sotto
