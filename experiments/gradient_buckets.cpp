#include "experiments/gradient_buckets.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/nn/module.h>

#include <algorithm>

namespace sotto::experiments {
namespace {

/// Half precisions are summed in float32: gradients of many processes, and Gloo knows no bfloat16.
at::ScalarType summed_type(const at::Tensor& parameter) {
  return parameter.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

struct GradientBuckets::State {
  struct Bucket {
    std::vector<size_t> parameters;
    std::vector<int64_t> begins;  ///< of each parameter in `flat`
    int64_t size = 0;
    at::ScalarType type = at::kFloat;
    int64_t missing = 0;  ///< gradients that are not there yet
    at::Tensor flat;
    std::function<void()> wait;
  };

  std::shared_ptr<Processes> processes;
  std::vector<at::Tensor> parameters;
  std::vector<size_t> bucket_of;
  std::vector<Bucket> buckets;
  std::vector<std::shared_ptr<torch::autograd::Node>> accumulators;  ///< autograd keeps weak ones
  std::vector<bool> ready;
  size_t started = 0;
  bool armed = false;

  void fill(int64_t bytes);
  void gradient_there(size_t parameter);
  void start(Bucket& bucket);
};

namespace {

/// Called behind the accumulation of a parameter's gradient.
class GradientHook : public torch::autograd::FunctionPostHook {
 public:
  explicit GradientHook(std::function<void()> function) : function_(std::move(function)) {}
  torch::autograd::variable_list operator()(
      const torch::autograd::variable_list& outputs,
      const torch::autograd::variable_list& /*inputs*/) override {
    function_();
    return outputs;
  }

 private:
  std::function<void()> function_;
};

}  // namespace

void GradientBuckets::State::fill(int64_t bytes) {
  bucket_of.resize(parameters.size());
  for (size_t i = parameters.size(); i-- > 0;) {
    const at::ScalarType type = summed_type(parameters[i]);
    const auto width = static_cast<int64_t>(c10::elementSize(type));
    const bool fits = !buckets.empty() && buckets.back().type == type &&
                      (buckets.back().size + parameters[i].numel()) * width <= bytes;
    if (!fits) {
      buckets.emplace_back();
      buckets.back().type = type;
    }
    Bucket& bucket = buckets.back();
    bucket.parameters.push_back(i);
    bucket.begins.push_back(bucket.size);
    bucket.size += parameters[i].numel();
    bucket_of[i] = buckets.size() - 1;
  }
}

void GradientBuckets::State::gradient_there(size_t parameter) {
  if (!armed || ready[parameter]) {
    return;
  }
  ready[parameter] = true;
  --buckets[bucket_of[parameter]].missing;
  // In the same order in every process, whoever has its gradients first.
  while (started < buckets.size() && buckets[started].missing == 0) {
    start(buckets[started++]);
  }
}

void GradientBuckets::State::start(Bucket& bucket) {
  const at::NoGradGuard no_grad;
  bucket.flat =
      at::zeros({bucket.size}, parameters[bucket.parameters.front()].options().dtype(bucket.type));
  for (size_t k = 0; k < bucket.parameters.size(); ++k) {
    const at::Tensor& parameter = parameters[bucket.parameters[k]];
    if (parameter.grad().defined()) {
      bucket.flat.narrow(0, bucket.begins[k], parameter.numel())
          .view(parameter.sizes())
          .copy_(parameter.grad());
    }
  }
  bucket.wait = processes->start_sum(bucket.flat);
}

GradientBuckets::GradientBuckets(
    const torch::nn::Module& network, std::shared_ptr<Processes> processes, int64_t bytes) {
  if (processes->alone()) {
    return;
  }
  state_ = std::make_shared<State>();
  state_->processes = std::move(processes);
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.requires_grad()) {
      state_->parameters.push_back(parameter);
    }
  }
  state_->fill(bytes);
  state_->ready.resize(state_->parameters.size());
  for (size_t i = 0; i < state_->parameters.size(); ++i) {
    auto accumulator = torch::autograd::impl::grad_accumulator(state_->parameters[i]);
    accumulator->add_post_hook(
        std::make_unique<GradientHook>([weak = std::weak_ptr<State>(state_), i] {
          if (const auto state = weak.lock()) {
            state->gradient_there(i);
          }
        }));
    state_->accumulators.push_back(std::move(accumulator));
  }
}

GradientBuckets::~GradientBuckets() = default;

int64_t GradientBuckets::buckets() const {
  return state_ ? static_cast<int64_t>(state_->buckets.size()) : 0;
}

void GradientBuckets::begin_last_pass() {
  if (!state_) {
    return;
  }
  std::fill(state_->ready.begin(), state_->ready.end(), false);
  for (auto& bucket : state_->buckets) {
    bucket.missing = static_cast<int64_t>(bucket.parameters.size());
  }
  state_->started = 0;
  state_->armed = true;
}

void GradientBuckets::finish() {
  if (!state_) {
    return;
  }
  State& state = *state_;
  TORCH_CHECK(state.armed, "GradientBuckets: finish without begin_last_pass");
  state.armed = false;
  const at::NoGradGuard no_grad;
  if (state.parameters.empty()) {
    return;
  }
  while (state.started < state.buckets.size()) {
    state.start(state.buckets[state.started++]);
  }
  std::vector<int32_t> used;
  for (const at::Tensor& parameter : state.parameters) {
    used.push_back(parameter.grad().defined() ? 1 : 0);
  }
  at::Tensor uses = at::tensor(used, at::kInt);  // on the host: what it says is asked for at once
  state.processes->sum(uses);
  for (auto& bucket : state.buckets) {
    bucket.wait();
    for (size_t k = 0; k < bucket.parameters.size(); ++k) {
      const size_t i = bucket.parameters[k];
      at::Tensor& parameter = state.parameters[i];
      if (uses[static_cast<int64_t>(i)].item<int32_t>() == 0) {
        continue;
      }
      const at::Tensor sum =
          bucket.flat.narrow(0, bucket.begins[k], parameter.numel()).view(parameter.sizes());
      if (parameter.grad().defined()) {
        parameter.grad().copy_(sum);
      } else {
        parameter.mutable_grad() = sum.to(parameter.scalar_type(), false, true);
      }
    }
    bucket.flat = at::Tensor();
    bucket.wait = nullptr;
  }
}

}  // namespace sotto::experiments
