#include "experiments/weight_average.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <algorithm>

#include "common/error.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

void copy_values(const TensorMap& values, const TensorMap& target) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, value] : values) {
    at::Tensor writable = target.at(name);
    writable.copy_(value);
  }
}

namespace {

TensorMap clones(const TensorMap& tensors) {
  TensorMap copies;
  for (const auto& [name, value] : tensors) {
    copies[name] = value.detach().clone();
  }
  return copies;
}

}  // namespace

MovingAverage::MovingAverage(const torch::nn::Module& network, double decay)
    : network_(state_of(network)), values_(clones(network_)), decay_(decay) {}

void MovingAverage::update(int64_t step) {
  const torch::NoGradGuard no_grad;
  const auto t = static_cast<double>(step);
  const double decay = std::min(decay_, (1 + t) / (10 + t));
  for (auto& [name, value] : values_) {
    const at::Tensor& present = network_.at(name);
    if (value.is_floating_point()) {
      value.mul_(decay).add_(present, 1 - decay);
    } else {
      value.copy_(present);
    }
  }
}

void MovingAverage::restore(const TensorMap& values) {
  copy_values(values, values_);
}

BorrowedWeights::BorrowedWeights(const torch::nn::Module& network, const TensorMap& values)
    : network_(state_of(network)), own_(clones(network_)) {
  copy_values(values, network_);
}

BorrowedWeights::~BorrowedWeights() {
  copy_values(own_, network_);
}

TensorMap mean_weights(const std::vector<std::string>& paths) {
  TensorMap sum;
  for (const std::string& path : paths) {
    const TensorMap tensors = read_tensors(path);
    if (sum.empty()) {
      sum = clones(tensors);
      continue;
    }
    if (tensors.size() != sum.size()) {
      throw CheckpointError(path + ": its weights are not those of " + paths.front());
    }
    for (const auto& [name, value] : tensors) {
      const auto found = sum.find(name);
      if (found == sum.end() || found->second.sizes() != value.sizes()) {
        throw CheckpointError(
            path + ": expected the weights of " + paths.front() + ", got another " + name);
      }
      found->second.add_(value);
    }
  }
  for (auto& entry : sum) {
    const auto count = static_cast<int64_t>(paths.size());
    if (entry.second.is_floating_point()) {
      entry.second.div_(static_cast<double>(count));
    } else {
      entry.second.floor_divide_(count);
    }
  }
  return sum;
}

}  // namespace sotto::experiments
