#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

namespace sotto::tests {

/// Rows of numbers as a float tensor (rows, columns).
inline at::Tensor table(const std::vector<std::vector<double>>& rows) {
  std::vector<double> flat;
  for (const auto& row : rows) {
    flat.insert(flat.end(), row.begin(), row.end());
  }
  return at::tensor(flat, at::kDouble).view({static_cast<int64_t>(rows.size()), -1}).to(at::kFloat);
}

/// Equal shapes, and no element further from what is expected than `tolerance`.
inline void expect_near(
    const at::Tensor& actual, const at::Tensor& expected, double tolerance = 1e-5) {
  ASSERT_EQ(actual.sizes(), expected.sizes());
  const at::Tensor distance =
      (actual.detach().to(at::kDouble) - expected.detach().to(at::kDouble)).abs();
  EXPECT_TRUE(distance.isfinite().all().item<bool>()) << "not all numbers are finite";
  EXPECT_LE(distance.max().item<double>(), tolerance);
}

/// `expect_near` with a tolerance relative to the largest magnitude that is expected.
inline void expect_close(
    const at::Tensor& actual, const at::Tensor& expected, double relative = 2e-5) {
  expect_near(actual, expected, relative * expected.abs().max().item<double>());
}

/// sin(step * j + phase) at row-major index j, computed in double.
inline at::Tensor sines(at::IntArrayRef shape, double step, double phase = 0) {
  const int64_t count = c10::multiply_integers(shape);
  return at::sin(at::arange(count, at::kDouble) * step + phase).to(at::kFloat).reshape(shape);
}

/// What a state entry of this name and shape holds at element i (row-major).
using Formula =
    std::function<double(const std::string& name, const at::Tensor& entry, int64_t index)>;

/// Fills every parameter and buffer by a formula. `rename` tells the name that the formula sees;
/// empty: the module's own.
inline void fill(
    torch::nn::Module& module,
    const Formula& formula,
    const std::function<std::string(const std::string&)>& rename = {}) {
  const at::NoGradGuard no_grad;
  const auto fill_entry = [&](const std::string& own_name, at::Tensor entry) {
    const std::string name = rename ? rename(own_name) : own_name;
    std::vector<double> values(static_cast<size_t>(entry.numel()));
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = formula(name, entry, static_cast<int64_t>(i));
    }
    entry.copy_(at::tensor(values, at::kDouble).view(entry.sizes()));
  };
  for (const auto& parameter : module.named_parameters()) {
    fill_entry(parameter.key(), parameter.value());
  }
  for (const auto& buffer : module.named_buffers()) {
    fill_entry(buffer.key(), buffer.value());
  }
}

inline bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Weights of the golden vectors: sines whose phase is the sum of the name's bytes.
inline double golden_weight(const std::string& name, const at::Tensor& entry, int64_t index) {
  int64_t bytes = 0;
  for (const unsigned char byte : name) {
    bytes += byte;
  }
  const double u =
      std::sin(0.37 * static_cast<double>(index) + 0.11 * static_cast<double>(bytes % 97));
  if (ends_with(name, "num_batches_tracked")) {
    return 0;
  }
  if (ends_with(name, "running_var")) {
    return 1 + 0.5 * u;
  }
  if (entry.dim() <= 1) {
    const bool scale = ends_with(name, ".weight");
    return scale ? 1 + 0.1 * u : 0.1 * u;
  }
  return u / std::sqrt(static_cast<double>(entry.numel() / entry.size(0)));
}

}  // namespace sotto::tests
