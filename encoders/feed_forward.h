#pragma once

#include "common/kernels/linear.h"
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

#include "common/regulariser.h"

namespace sotto::encoders {

/// The names that `activation` takes below.
const std::vector<std::string>& feed_forward_activations();

/// w_2(dropout(activation(w_1 x))): the position-wise feed-forward layer (Vaswani et al. 2017,
/// sec. 3.3). The published recognisers use ReLU, in Conformer blocks too.
class FeedForwardImpl : public torch::nn::Module {
 public:
  /// @param activation  "relu" or "swish".
  FeedForwardImpl(
      int64_t D, int64_t hidden, double dropout_rate, const std::string& activation = "relu");

  /// (B, T, D) -> (B, T, D)
  at::Tensor forward(const at::Tensor& x);

  Linear w_1{nullptr};
  Linear w_2{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  bool swish_;
};
TORCH_MODULE(FeedForward);

}  // namespace sotto::encoders
