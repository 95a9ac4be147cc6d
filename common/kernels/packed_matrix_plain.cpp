// PackedMatrix without oneDNN (SOTTO_MEDIA=OFF): the same numbers by ATen.
#include <ATen/ATen.h>

#include "common/kernels/linear.h"
#include "common/kernels/packed_matrix.h"

namespace sotto {
namespace {

/// Whole numbers up to 127 a row, and what one of them is worth.
std::pair<at::Tensor, at::Tensor> steps_of(const at::Tensor& rows) {
  const at::Tensor scale = rows.abs().amax(-1, true).clamp_min(1e-30) / 127;
  return {at::round(rows / scale), scale};
}

at::Tensor rounded(const at::Tensor& x) {
  return x.to(at::kBFloat16).to(at::kFloat);
}

}  // namespace

struct PackedMatrix::Implementation {
  Precision precision;
  at::Tensor weight;  // (N, K); float32, or int8 steps
  at::Tensor bias;    // (N) or undefined
  at::Tensor scales;  // (N): what one step of an int8 weight is worth
};

PackedMatrix::PackedMatrix(const at::Tensor& weight, const at::Tensor& bias, Precision precision)
    : implementation_(std::make_unique<Implementation>()) {
  TORCH_CHECK(
      weight.dim() == 2 && weight.scalar_type() == at::kFloat && weight.device().is_cpu(),
      "PackedMatrix: expected a weight (N, K) in float32 on the host, got ",
      weight.sizes());
  Implementation& own = *implementation_;
  own.precision = precision;
  if (bias.defined()) {
    own.bias = bias.detach().to(at::kFloat).contiguous().clone();
  }
  own.weight = weight.detach().contiguous().clone();
  if (precision == Precision::kInt8) {
    const auto [steps, scale] = steps_of(own.weight);
    own.weight = steps.to(at::kChar);
    own.scales = scale.squeeze(1);
  } else if (precision == Precision::kBfloat16) {
    own.weight = rounded(own.weight);
  }
}

PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;

size_t PackedMatrix::bytes() const {
  return implementation_->weight.nbytes();
}

at::Tensor PackedMatrix::multiply(const at::Tensor& x, FusedActivation activation) const {
  const Implementation& own = *implementation_;
  TORCH_CHECK(
      x.dim() > 0 && x.size(-1) == own.weight.size(1) && x.scalar_type() == at::kFloat,
      "PackedMatrix: expected x (..., ",
      own.weight.size(1),
      ") in float32, got ",
      x.sizes());
  if (own.precision != Precision::kInt8) {
    const at::Tensor input = own.precision == Precision::kBfloat16 ? rounded(x) : x;
    return activate(at::linear(input, own.weight, own.bias), activation);
  }
  const auto [steps, scale] = steps_of(x);
  // Sums of products of whole numbers are exact in double.
  const at::Tensor sums =
      at::linear(steps.to(at::kDouble), own.weight.to(at::kDouble)).to(at::kFloat);
  const at::Tensor y = sums * scale * own.scales;
  return activate(own.bias.defined() ? y + own.bias : y, activation);
}

std::string onednn_version() {
  return "none";
}

}  // namespace sotto
