#include "encoders/feed_forward.h"

#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>

namespace sotto::encoders {

const std::vector<std::string>& feed_forward_activations() {
  static const std::vector<std::string> names = {"relu", "swish"};
  return names;
}

FeedForwardImpl::FeedForwardImpl(
    int64_t D, int64_t hidden, double dropout_rate, const std::string& activation)
    : swish_(activation == "swish") {
  w_1 = register_module("w_1", torch::nn::Linear(D, hidden));
  w_2 = register_module("w_2", torch::nn::Linear(hidden, D));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
}

at::Tensor FeedForwardImpl::forward(const at::Tensor& x) {
  const at::Tensor hidden = w_1->forward(x);
  return w_2->forward(dropout->forward(swish_ ? at::silu(hidden) : at::relu(hidden)));
}

}  // namespace sotto::encoders
