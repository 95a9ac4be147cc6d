#include "experiments/start.h"

#include <torch/utils.h>

#include <algorithm>
#include <set>

#include "common/error.h"
#include "experiments/model_file.h"
#include "experiments/optimiser.h"

namespace sotto::experiments {
namespace {

bool wanted(const std::string& name, const std::vector<std::string>& parts) {
  return parts.empty() || named_by(parts, name);
}

std::string take(torch::nn::Module& network, const StartSource& options) {
  const torch::NoGradGuard no_grad;
  const TensorMap source = read_contents(options.model).tensors;
  int64_t taken = 0;
  std::set<std::string> left;
  for (auto& [name, target] : state_of(network)) {
    if (!wanted(name, options.parts)) {
      continue;
    }
    const auto found = source.find(name);
    const bool fits = found != source.end() && found->second.sizes() == target.sizes();
    if (!fits && !options.parts.empty()) {
      throw CheckpointError(
          options.model + ": start.parts asks for " + name + ", which it does not have in this shape");
    }
    if (fits) {
      at::Tensor writable = target;
      writable.copy_(found->second);
      ++taken;
    } else {
      left.insert(name.substr(0, name.find('.')));
    }
  }
  for (const std::string& part : options.parts) {
    const bool named = std::any_of(source.begin(), source.end(), [&](const auto& tensor) {
      return wanted(tensor.first, {part});
    });
    if (!named) {
      throw CheckpointError(options.model + ": start.parts asks for " + part + ", which it does not have");
    }
  }
  if (taken == 0) {
    throw CheckpointError(options.model + ": none of its weights fits the recipe's model");
  }
  std::string parts;
  for (const std::string& part : left) {
    parts += (parts.empty() ? "; not or not wholly: " : ", ") + part;
  }
  return options.model + ": " + std::to_string(taken) + " tensors to start from" + parts;
}

}  // namespace

std::vector<std::string> start_from(torch::nn::Module& network, const StartOptions& options) {
  std::vector<std::string> lines;
  if (!options.model.empty()) {
    lines.push_back(take(network, options));
  }
  for (const StartSource& source : options.more) {
    lines.push_back(take(network, source));
  }
  return lines;
}

}  // namespace sotto::experiments
