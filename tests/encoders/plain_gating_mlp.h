#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "encoders/gating_mlp.h"
#include "tests/tensors.h"

namespace sotto::tests {

using Matrix = std::vector<std::vector<double>>;

/// (rows, ...) as rows of numbers.
inline Matrix matrix(const at::Tensor& tensor) {
  const at::Tensor rows = tensor.detach().reshape({tensor.size(0), -1}).to(at::kDouble);
  Matrix values(static_cast<size_t>(rows.size(0)));
  for (size_t i = 0; i < values.size(); ++i) {
    const double* row = rows[static_cast<int64_t>(i)].data_ptr<double>();
    values[i].assign(row, row + rows.size(1));
  }
  return values;
}

inline double activated(const std::string& name, double x) {
  return name == "tanh"      ? std::tanh(x)
         : name == "relu"    ? std::max(x, 0.0)
         : name == "swish"   ? x / (1 + std::exp(-x))
         : name == "gelu"    ? x * 0.5 * std::erfc(-x / std::sqrt(2.0))
         : name == "sigmoid" ? 1 / (1 + std::exp(-x))
                             : x;
}

/// The layer of a clip x (T, D) in plain loops, one step of the paper after another.
class PlainGatingMlp {
 public:
  PlainGatingMlp(
      const encoders::GatingMlpOptions& options, const torch::nn::Module& module, double epsilon)
      : options_(options), epsilon_(epsilon) {
    for (const auto& parameter : module.named_parameters()) {
      parameters_[parameter.key()] = matrix(parameter.value());
    }
  }

  Matrix operator()(const Matrix& x) const {
    Matrix wide = linear("channel_proj1.0", x);
    Matrix kept;
    Matrix gate;
    for (auto& row : wide) {
      for (double& value : row) {
        value = activated("gelu", value);
      }
      const auto middle = row.begin() + options_.hidden / 2;
      kept.emplace_back(row.begin(), middle);
      gate.push_back(normed({middle, row.end()}));
    }
    gate = convolved(gate);
    if (options_.linear_after_conv) {
      gate = linear("csgu.linear", gate);
    }
    for (size_t t = 0; t < gate.size(); ++t) {
      for (size_t c = 0; c < gate[t].size(); ++c) {
        gate[t][c] = kept[t][c] * activated(options_.gate_activation, gate[t][c]);
      }
    }
    return linear("channel_proj2", gate);
  }

 private:
  Matrix linear(const std::string& name, const Matrix& x) const {
    const Matrix& weight = parameters_.at(name + ".weight");
    const Matrix& bias = parameters_.at(name + ".bias");
    Matrix y;
    for (const auto& row : x) {
      y.emplace_back();
      for (size_t o = 0; o < weight.size(); ++o) {
        y.back().push_back(
            std::inner_product(row.begin(), row.end(), weight[o].begin(), bias[o][0]));
      }
    }
    return y;
  }

  std::vector<double> normed(std::vector<double> row) const {
    const auto count = static_cast<double>(row.size());
    const double mean = std::accumulate(row.begin(), row.end(), 0.0) / count;
    double variance = 0;
    for (const double value : row) {
      variance += (value - mean) * (value - mean) / count;
    }
    for (size_t c = 0; c < row.size(); ++c) {
      row[c] = (row[c] - mean) / std::sqrt(variance + epsilon_) *
                   parameters_.at("csgu.norm.weight")[c][0] +
               parameters_.at("csgu.norm.bias")[c][0];
    }
    return row;
  }

  Matrix convolved(const Matrix& x) const {
    const Matrix& weight = parameters_.at("csgu.conv.weight");
    Matrix y = x;
    for (size_t t = 0; t < x.size(); ++t) {
      for (size_t c = 0; c < x[t].size(); ++c) {
        y[t][c] = parameters_.at("csgu.conv.bias")[c][0];
        for (size_t k = 0; k < weight[c].size(); ++k) {
          const size_t from = t + k - weight[c].size() / 2;  // wraps to a huge number below zero
          y[t][c] += from < x.size() ? weight[c][k] * x[from][c] : 0.0;
        }
      }
    }
    return y;
  }

  encoders::GatingMlpOptions options_;
  double epsilon_;
  std::map<std::string, Matrix> parameters_;
};

}  // namespace sotto::tests
