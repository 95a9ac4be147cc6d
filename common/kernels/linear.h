#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "common/kernels/packable.h"
#include "common/kernels/packed_matrix.h"

namespace sotto {

/// torch::nn::Linear that can be packed. Keys `weight` and `bias`.
class LinearImpl : public torch::nn::LinearImpl, public Packable {
 public:
  using torch::nn::LinearImpl::LinearImpl;

  /// (..., K) -> (..., N), and the activation
  at::Tensor forward(
      const at::Tensor& x, FusedActivation activation = FusedActivation::kNone) const;
  void pack(Precision precision) override;

 private:
  std::unique_ptr<PackedMatrix> packed_;
};
TORCH_MODULE(Linear);

/// The plain form of a fused activation.
at::Tensor activate(const at::Tensor& x, FusedActivation activation);

}  // namespace sotto
