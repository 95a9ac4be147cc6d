#include "common/kernels/packable.h"

#include <ATen/ops/empty.h>

namespace sotto {

void pack_for_inference(
    torch::nn::Module& network, Precision precision, const std::function<void()>& after_each) {
  for (const auto& module : network.modules()) {
    if (auto* packable = dynamic_cast<Packable*>(module.get())) {
      packable->pack(precision);
      if (after_each) {
        after_each();
      }
    }
  }
}

void empty(at::Tensor& parameter) {
  if (parameter.defined()) {
    parameter.set_data(at::empty({0}, parameter.options()));
  }
}

}  // namespace sotto
