#include "common/kernels/linear.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>

namespace sotto {

at::Tensor activate(const at::Tensor& x, FusedActivation activation) {
  return activation == FusedActivation::kRelu    ? at::relu(x)
         : activation == FusedActivation::kSwish ? at::silu(x)
                                                 : x;
}

at::Tensor LinearImpl::forward(const at::Tensor& x, FusedActivation activation) const {
  return packed_ ? packed_->multiply(x, activation)
                 : activate(at::linear(x, weight, bias), activation);
}

void LinearImpl::pack(Precision precision) {
  if (!packed_) {
    packed_ = std::make_unique<PackedMatrix>(weight, bias, precision);
    empty(weight);
    empty(bias);
  }
}

}  // namespace sotto
