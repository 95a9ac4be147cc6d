#pragma once

#include <functional>

#include "tests/tensors.h"

namespace sotto::tests {

/// Compares the gradient of `loss` with central differences at some elements of every parameter.
/// The module has to be in double precision and `loss` without randomness.
inline void expect_gradients(
    torch::nn::Module& module, const std::function<at::Tensor()>& loss, int64_t elements = 3) {
  constexpr double kStep = 1e-6;
  module.zero_grad();
  loss().backward();
  for (const auto& entry : module.named_parameters()) {
    const at::Tensor& gradient = entry.value().grad();
    ASSERT_TRUE(gradient.defined()) << entry.key();
    const at::NoGradGuard no_grad;
    at::Tensor values = entry.value().view({-1});
    for (int64_t i = 0; i < std::min(elements, values.numel()); ++i) {
      const int64_t at = (i * 7919) % values.numel();
      const double value = values[at].item<double>();
      values[at].fill_(value + kStep);
      const double above = loss().item<double>();
      values[at].fill_(value - kStep);
      const double below = loss().item<double>();
      values[at].fill_(value);
      const double numeric = (above - below) / (2 * kStep);
      EXPECT_NEAR(gradient.view({-1})[at].item<double>(), numeric, 1e-6 + 1e-5 * std::abs(numeric))
          << entry.key() << "[" << at << "]";
    }
  }
}

}  // namespace sotto::tests
