#include "common/autocast.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

#include "common/compat.h"
#include "common/error.h"
#include "common/kernels/precision.h"

namespace sotto {
namespace {

void set(const Autocast& wanted) {
#if SOTTO_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_enabled(at::kCPU, wanted.host);
  at::autocast::set_autocast_enabled(at::kCUDA, wanted.cuda);
  at::autocast::set_autocast_dtype(at::kCPU, wanted.host_type);
  at::autocast::set_autocast_dtype(at::kCUDA, wanted.cuda_type);
#else
  at::autocast::set_cpu_enabled(wanted.host);
  at::autocast::set_enabled(wanted.cuda);
  at::autocast::set_autocast_cpu_dtype(wanted.host_type);
  at::autocast::set_autocast_gpu_dtype(wanted.cuda_type);
#endif
  at::autocast::set_autocast_cache_enabled(wanted.keep_casts);
}

Autocast autocast_for(c10::Device device, StepPrecision precision) {
  Autocast wanted;
  const bool on = precision != StepPrecision::kFloat32;
  const at::ScalarType type =
      precision == StepPrecision::kFloat16 ? at::kHalf : at::kBFloat16;
  if (device.is_cpu()) {
    wanted.host = on;
    wanted.host_type = on ? type : wanted.host_type;
  } else {
    wanted.cuda = on;
    wanted.cuda_type = on ? type : wanted.cuda_type;
  }
  return wanted;
}

}  // namespace

const std::vector<std::string>& step_precision_names() {
  static const std::vector<std::string> names = {"fp32", "bf16", "fp16"};
  return names;
}

std::string name_of(StepPrecision precision) {
  return step_precision_names()[static_cast<size_t>(precision)];
}

StepPrecision step_precision_of(const std::string& name, c10::Device device) {
  if (name == "fp32") {
    return StepPrecision::kFloat32;
  }
  if (name == "bf16") {
    if (device.is_cpu() && !processor_has(Precision::kBfloat16)) {
      throw ConfigError(
          "precision bf16: this processor has no AVX-512 BF16 and would be slower with it; use fp32");
    }
    return StepPrecision::kBfloat16;
  }
  if (name == "fp16") {
    if (device.is_cpu()) {
      throw ConfigError("precision fp16: is for CUDA; a processor trains in fp32 or bf16");
    }
    return StepPrecision::kFloat16;
  }
  throw ConfigError("precision: expected fp32, bf16 or fp16, got '" + name + "'");
}

Autocast current_autocast() {
  Autocast now;
#if SOTTO_TORCH_AT_LEAST(2, 4)
  now.host = at::autocast::is_autocast_enabled(at::kCPU);
  now.cuda = at::autocast::is_autocast_enabled(at::kCUDA);
  now.host_type = at::autocast::get_autocast_dtype(at::kCPU);
  now.cuda_type = at::autocast::get_autocast_dtype(at::kCUDA);
#else
  now.host = at::autocast::is_cpu_enabled();
  now.cuda = at::autocast::is_enabled();
  now.host_type = at::autocast::get_autocast_cpu_dtype();
  now.cuda_type = at::autocast::get_autocast_gpu_dtype();
#endif
  now.keep_casts = at::autocast::is_autocast_cache_enabled();
  return now;
}

AutocastScope::AutocastScope(c10::Device device, StepPrecision precision)
    : AutocastScope(autocast_for(device, precision)) {}

AutocastScope::AutocastScope(const Autocast& wanted) : before_(current_autocast()) {
  set(wanted);
  at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope() {
  if (at::autocast::decrement_nesting() == 0) {
    at::autocast::clear_cache();
  }
  set(before_);
}

at::Tensor as_float(const at::Tensor& x) {
  return x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
}

}  // namespace sotto
