#include "encoders/relaxation.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace sotto::encoders {

void RelaxationOptions::visit(OptionVisitor& v) {
  v.field(
      "gamma", gamma, between(0, 1), "", "share of the uniform distribution in attention weights");
  v.field(
      "gamma_deviation", gamma_deviation, between(0, 1), "",
      "fuzzy relaxation: deviation of gamma, drawn at every use; 0: constant");
  v.field("matched_inference", matched_inference, "relax while transcribing too");
}

double Relaxation::draw() const {
  if (!is_training()) {
    return options_.matched_inference ? options_.gamma : 0.0;
  }
  if (!on()) {
    return 0.0;
  }
  if (options_.gamma_deviation == 0) {
    return options_.gamma;
  }
  const double z = at::randn({}, at::kDouble).item<double>();
  return std::clamp(options_.gamma + options_.gamma_deviation * z, 0.0, 1.0);
}

at::Tensor Relaxation::uniform(
    const at::Tensor& mask, int64_t Tk, const at::TensorOptions& options) {
  if (!mask.defined()) {
    return at::full({1, 1, 1, Tk}, 1.0 / static_cast<double>(Tk), options);
  }
  const at::Tensor seen = mask.unsqueeze(1).to(options);
  return seen / seen.sum(-1, /*keepdim=*/true).clamp_min(1);
}

}  // namespace sotto::encoders
