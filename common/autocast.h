#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace sotto {

/// In what numbers the products of a training step are computed. Weights, gradients, norms,
/// softmaxes and losses stay float32 in all of them.
enum class StepPrecision {
  kFloat32,
  kBfloat16,  ///< on processors with AVX-512 BF16, and CUDA
  kFloat16,   ///< CUDA, with a LossScaler
};

/// "fp32", "bf16", "fp16".
const std::vector<std::string>& step_precision_names();
std::string name_of(StepPrecision precision);
/// @throws ConfigError for another name, and for one that the device cannot compute in or would be
///         slower with.
StepPrecision step_precision_of(const std::string& name, c10::Device device);

/// What this thread casts the arguments of products to. Backward passes that compute a part again
/// need it as it was.
struct Autocast {
  bool host = false;
  bool cuda = false;
  at::ScalarType host_type = at::kBFloat16;
  at::ScalarType cuda_type = at::kHalf;
  bool keep_casts = true;  ///< one cast of a weight serves all its uses in a scope
};
Autocast current_autocast();

/// While it lives, products and convolutions of this thread are computed in a step's precision:
/// around the forward pass and the loss of one step, not around `backward`. Weights are cast once in a
/// scope and what was cast is forgotten at its end, when the optimiser is about to change them.
class AutocastScope {
 public:
  AutocastScope(c10::Device device, StepPrecision precision);
  explicit AutocastScope(const Autocast& wanted);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  Autocast before_;
};

/// x in float32: what norms, softmaxes and losses ask for, whose CPU kernels in LibTorch 1.13 either
/// refuse the smaller types beside float32 weights or round what they add up.
at::Tensor as_float(const at::Tensor& x);

}  // namespace sotto
