#include "common/regulariser.h"

#include <ATen/ops/dropout.h>

namespace sotto {

at::Tensor Dropout::forward(const at::Tensor& x) const {
  return disturbs() ? at::dropout(x, rate_, /*train=*/true) : x;
}

void set_regularisers(torch::nn::Module& module, bool active) {
  for (const auto& child : module.modules()) {
    if (auto* regulariser = dynamic_cast<Regulariser*>(child.get())) {
      regulariser->active = active;
    }
  }
}

}  // namespace sotto
