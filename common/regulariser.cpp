#include "common/regulariser.h"

#include <ATen/ops/dropout.h>

#include "common/kernels/dropout.h"

namespace sotto {

at::Tensor Dropout::forward(const at::Tensor& x) const {
  if (!disturbs()) {
    return x;
  }
  return has_dropout_kernel(x) ? dropout(x, rate_) : at::dropout(x, rate_, /*train=*/true);
}

void set_regularisers(torch::nn::Module& module, bool active) {
  for (const auto& child : module.modules()) {
    if (auto* regulariser = dynamic_cast<Regulariser*>(child.get())) {
      regulariser->active = active;
    }
  }
}

}  // namespace sotto
