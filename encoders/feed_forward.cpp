#include "encoders/feed_forward.h"

namespace sotto::encoders {

const std::vector<std::string>& feed_forward_activations() {
  static const std::vector<std::string> names = {"relu", "swish"};
  return names;
}

FeedForwardImpl::FeedForwardImpl(
    int64_t D, int64_t hidden, double dropout_rate, const std::string& activation)
    : swish_(activation == "swish") {
  w_1 = register_module("w_1", Linear(D, hidden));
  w_2 = register_module("w_2", Linear(hidden, D));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
}

at::Tensor FeedForwardImpl::forward(const at::Tensor& x) {
  return w_2->forward(dropout->forward(
      w_1->forward(x, swish_ ? FusedActivation::kSwish : FusedActivation::kRelu)));
}

}  // namespace sotto::encoders
