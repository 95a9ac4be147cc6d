#include "experiments/loss_meter.h"

#include <ATen/ATen.h>

#include <cmath>

#include "common/error.h"

namespace sotto::experiments {

void LossMeter::add(const std::map<std::string, at::Tensor>& parts, const std::string& batch) {
  for (const auto& [name, value] : parts) {
    const at::Tensor wide = value.detach().to(at::kDouble);
    at::Tensor& sum = sums_[name];
    sum = sum.defined() ? sum + wide : wide;
  }
  totals_.push_back(parts.at("total").detach());
  batches_.push_back(batch);
}

void LossMeter::add_norm(const at::Tensor& norm) {
  norms_.push_back(norm.detach().to(at::kDouble).reshape({}));
  steps_.push_back(batches_.size() - 1);
}

std::map<std::string, double> LossMeter::take(Processes& processes) {
  std::map<std::string, double> result;
  if (sums_.empty()) {
    return result;
  }
  std::vector<at::Tensor> sums;
  for (const auto& entry : sums_) {
    sums.push_back(entry.second.reshape({}));
  }
  at::Tensor all = at::stack(sums);
  processes.sum(all);
  all = all.cpu();
  const double* value = all.data_ptr<double>();
  for (const auto& entry : sums_) {
    result[entry.first] = *value++;
  }
  if (!std::isfinite(result.at("total"))) {
    for (size_t i = 0; i < totals_.size(); ++i) {
      if (!std::isfinite(totals_[i].item<double>())) {
        throw DataError("training: the loss is not a number in the batch of " + batches_[i]);
      }
    }
    throw DataError("training: the loss is not a number in a batch of another process");
  }
  if (!norms_.empty()) {
    const at::Tensor norms = at::stack(norms_).cpu();
    for (size_t i = 0; i < norms_.size(); ++i) {
      if (!std::isfinite(norms.data_ptr<double>()[i])) {
        throw DataError("training: the gradients are not numbers after the batch of " + batches_[steps_[i]]);
      }
    }
  }
  sums_.clear();
  norms_.clear();
  steps_.clear();
  totals_.clear();
  batches_.clear();
  return result;
}

}  // namespace sotto::experiments
