#include "experiments/optimiser.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <algorithm>

#include "common/error.h"
#include "common/kernels/adam.h"

namespace sotto::experiments {

bool named_by(const std::vector<std::string>& parts, const std::string& name) {
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
    return name == part || name.rfind(part + ".", 0) == 0;
  });
}

void freeze(torch::nn::Module& network, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    const auto named = network.named_parameters();
    if (std::none_of(named.begin(), named.end(), [&](const auto& entry) {
          return named_by({part}, entry.key());
        })) {
      throw ConfigError("freeze: the network has no weights called " + part);
    }
  }
  for (auto& entry : network.named_parameters()) {
    entry.value().set_requires_grad(!named_by(parts, entry.key()));
  }
  for (const auto& entry : network.named_modules()) {
    if (named_by(parts, entry.key())) {
      entry.value()->eval();
    }
  }
}

Optimiser::Optimiser(const torch::nn::Module& network, const OptimiserOptions& options)
    : options_(options) {
  std::vector<bool> used(options.groups.size());
  for (const auto& entry : network.named_parameters()) {
    Parameter parameter{entry.key(), entry.value(), 1, options.weight_decay, {}, {}};
    if (options.decay_matrices_only && entry.value().dim() <= 1) {
      parameter.decay = 0;
    }
    for (size_t i = 0; i < options.groups.size(); ++i) {
      if (named_by(options.groups[i].parts, entry.key())) {
        parameter.rate = options.groups[i].rate;
        parameter.decay *= options.groups[i].decay;
        used[i] = true;
        break;
      }
    }
    parameters_.push_back(std::move(parameter));
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) {
      throw ConfigError(
          "optimiser.groups." + std::to_string(i) + ": the network has no weights called " +
          options.groups[i].parts.front());
    }
  }
}

void Optimiser::forget_gradients() {
  for (Parameter& parameter : parameters_) {
    parameter.value.mutable_grad() = at::Tensor();
  }
}

std::vector<at::Tensor> Optimiser::gradients() const {
  std::vector<at::Tensor> gradients;
  for (const Parameter& parameter : parameters_) {
    if (parameter.value.grad().defined()) {
      gradients.push_back(parameter.value.grad());
    }
  }
  return gradients;
}

at::Tensor Optimiser::step(double rate) {
  const torch::NoGradGuard no_grad;
  std::vector<AdamRow> rows;
  std::vector<at::Tensor> gradients;
  for (Parameter& parameter : parameters_) {
    const at::Tensor gradient = parameter.value.grad();
    if (!gradient.defined() || !parameter.value.requires_grad()) {
      continue;
    }
    if (!parameter.first.defined()) {
      parameter.first = at::zeros_like(parameter.value);
      parameter.second = at::zeros_like(parameter.value);
    }
    ++parameter.steps;
    gradients.push_back(gradient);
    rows.push_back(
        {parameter.value, gradient, parameter.first, parameter.second, rate * parameter.rate,
         parameter.decay, parameter.steps});
  }
  if (rows.empty()) {
    return {};
  }
  const at::Tensor norm = norm_of_all(gradients);
  const AdamRule rule{
      options_.betas[0], options_.betas[1], options_.epsilon, options_.type == "adamw"};
  adam_step(
      rows, rule, options_.clip_norm > 0 ? clip_factor(norm, options_.clip_norm) : at::Tensor());
  return norm;
}

TensorMap Optimiser::moments() const {
  TensorMap moments;
  for (const Parameter& parameter : parameters_) {
    if (parameter.first.defined()) {
      moments["first." + parameter.name] = parameter.first;
      moments["second." + parameter.name] = parameter.second;
    }
  }
  return moments;
}

std::map<std::string, int64_t> Optimiser::steps() const {
  std::map<std::string, int64_t> steps;
  for (const Parameter& parameter : parameters_) {
    if (parameter.first.defined()) {
      steps[parameter.name] = parameter.steps;
    }
  }
  return steps;
}

void Optimiser::restore(const TensorMap& moments, const std::map<std::string, int64_t>& steps) {
  for (Parameter& parameter : parameters_) {
    const auto first = moments.find("first." + parameter.name);
    const auto second = moments.find("second." + parameter.name);
    const auto seen = steps.find(parameter.name);
    if (first == moments.end() || second == moments.end() || seen == steps.end()) {
      continue;
    }
    parameter.first = first->second.clone().to(parameter.value.device());
    parameter.second = second->second.clone().to(parameter.value.device());
    parameter.steps = seen->second;
  }
}

}  // namespace sotto::experiments
