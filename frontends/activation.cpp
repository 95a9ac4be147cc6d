#include "frontends/activation.h"

#include <ATen/ATen.h>

namespace sotto::frontends {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = {"swish", "relu", "prelu"};
  return names;
}

Activation::Activation(const std::string& name, int64_t channels)
    : kind_(
          name == "swish"  ? Kind::kSwish
          : name == "relu" ? Kind::kRelu
                           : Kind::kPrelu) {
  TORCH_CHECK(
      name == "swish" || name == "relu" || name == "prelu",
      "Activation: expected swish, relu or prelu, got ", name);
  if (kind_ == Kind::kPrelu) {
    weight_ = register_parameter("weight", at::full({channels}, 0.25));
  }
}

FusedActivation Activation::fused() const {
  return kind_ == Kind::kSwish  ? FusedActivation::kSwish
         : kind_ == Kind::kRelu ? FusedActivation::kRelu
                                : FusedActivation::kNone;
}

at::Tensor Activation::forward(const at::Tensor& x) const {
  switch (kind_) {
    case Kind::kSwish:
      return at::silu(x);
    case Kind::kRelu:
      return at::relu(x);
    case Kind::kPrelu:
      return at::prelu(x, weight_);
  }
  return x;
}

}  // namespace sotto::frontends
