#include "common/kernels/dropout.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/empty_strided.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>

#include "common/kernels/training.h"

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor dropped(const at::Tensor& x, uint64_t seed, double rate) {
  const at::Tensor y = at::empty_like(x);
  const bool half = x.scalar_type() == at::kBFloat16;
  const int64_t size = x.element_size();
  at::parallel_for(0, x.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
    training_kernels().dropout(
        {static_cast<const char*>(x.data_ptr()) + begin * size, half}, begin, end - begin, seed, rate,
        {static_cast<char*>(y.data_ptr()) + begin * size, half});
  });
  return y;
}

uint64_t draw() {
  const at::Generator generator = at::detail::getDefaultCPUGenerator();
  auto* own = at::check_generator<at::CPUGeneratorImpl>(generator);
  const std::lock_guard<std::mutex> lock(own->mutex_);
  return own->random64();
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
 public:
  static at::Tensor forward(
      AutogradContext* context, const at::Tensor& x, int64_t seed, double rate) {
    context->saved_data["seed"] = seed;
    context->saved_data["rate"] = rate;
    context->saved_data["strides"] = x.strides().vec();
    return dropped(x, static_cast<uint64_t>(seed), rate);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    at::Tensor gradient = gradients[0];
    const std::vector<int64_t> strides = context->saved_data["strides"].toIntVector();
    if (gradient.strides() != at::IntArrayRef(strides)) {
      // Elements are numbered as they lie in memory.
      gradient = at::empty_strided(gradient.sizes(), strides, gradient.options()).copy_(gradient);
    }
    return {
        dropped(
            gradient, static_cast<uint64_t>(context->saved_data["seed"].toInt()),
            context->saved_data["rate"].toDouble()),
        {}, {}};
  }
};

}  // namespace

bool has_dropout_kernel(const at::Tensor& x) {
  return x.device().is_cpu() && x.layout() == at::kStrided && x.is_non_overlapping_and_dense() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor dropout(const at::Tensor& x, double rate) {
  TORCH_CHECK(
      has_dropout_kernel(x) && rate >= 0 && rate < 1,
      "dropout: expected float32 or bfloat16 numbers without gaps and a rate in [0, 1), got ",
      x.scalar_type(), " and ", rate);
  return DropoutFunction::apply(x, static_cast<int64_t>(draw()), rate);
}

}  // namespace sotto
