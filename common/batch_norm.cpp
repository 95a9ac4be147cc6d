#include "common/batch_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "common/autocast.h"
#include "common/valid_frames.h"

namespace sotto {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// (C) as it stands in products with `x`.
at::Tensor beside(const at::Tensor& channels, const at::Tensor& x) {
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[1] = channels.size(0);
  return channels.view(shape);
}

at::Tensor normalised(
    const at::Tensor& x,
    const at::Tensor& weight,
    const at::Tensor& bias,
    const at::Tensor& mean,
    const at::Tensor& variance) {
  return at::batch_norm(
      x, weight, bias, mean, variance, /*training=*/false, 0, BatchNorm::kEpsilon,
      /*cudnn_enabled=*/true);
}

/// Normalises by the statistics of all processes. What is summed is in float64: squares of means
/// that are far from 0 leave little behind in float32.
class NormaliseTogether : public torch::autograd::Function<NormaliseTogether> {
 public:
  static at::Tensor forward(
      AutogradContext* context,
      const at::Tensor& x,
      const at::Tensor& weight,
      const at::Tensor& bias,
      const at::Tensor& running_mean,
      const at::Tensor& running_var,
      bool counts,
      const BatchNormReduction* reduce) {
    const int64_t C = x.size(1);
    const double here = counts ? static_cast<double>(x.numel()) / static_cast<double>(C) : 0;
    at::Tensor sums = at::zeros({2 * C + 1}, x.options().dtype(at::kDouble));
    if (here > 0) {
      const auto [mean, variance] = at::batch_norm_update_stats(x, {}, {}, 0);
      const at::Tensor wide = mean.to(at::kDouble);
      sums.narrow(0, 0, C).copy_(wide * here);
      sums.narrow(0, C, C).copy_((variance.to(at::kDouble) + wide.square()) * here);
      sums.narrow(0, 2 * C, 1).fill_(here);
    }
    (*reduce)(sums);
    // A count on the device: a step never waits for it.
    const at::Tensor count = sums.narrow(0, 2 * C, 1).clamp_min(1);
    const at::Tensor wide = sums.narrow(0, 0, C) / count;
    const at::Tensor wide_variance =
        (sums.narrow(0, C, C) / count - wide.square()).clamp_min(0);
    const at::Tensor mean = wide.to(x.scalar_type());
    const at::Tensor variance = wide_variance.to(x.scalar_type());
    const at::Tensor unbiased = wide_variance * (count / (count - 1).clamp_min(1));
    running_mean.lerp_(mean, BatchNorm::kMomentum);
    running_var.lerp_(unbiased.to(x.scalar_type()), BatchNorm::kMomentum);
    context->save_for_backward({x, weight, mean, variance, count});
    context->saved_data["counts"] = counts;
    context->saved_data["reduce"] = reinterpret_cast<int64_t>(reduce);
    return normalised(x, weight, bias, mean, variance);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& weight = saved[1];
    const at::Tensor& mean = saved[2];
    const int64_t C = x.size(1);
    const at::Tensor inverse = (saved[3] + BatchNorm::kEpsilon).rsqrt();
    const bool counts = context->saved_data["counts"].toBool();
    // The gradient as if mean and variance were constants, and the two sums.
    const auto [constant, weight_gradient, bias_gradient] = at::native_batch_norm_backward(
        gradients[0], x, weight, mean, saved[3], {}, {}, /*train=*/false, BatchNorm::kEpsilon,
        {!counts, true, true});
    at::Tensor sums = at::cat({bias_gradient, weight_gradient}).to(at::kDouble);
    const auto* reduce =
        reinterpret_cast<const BatchNormReduction*>(context->saved_data["reduce"].toInt());
    (*reduce)(sums);
    at::Tensor x_gradient = constant;
    if (counts) {
      const at::Tensor means = (sums / saved[4]).to(x.scalar_type());
      const at::Tensor scale = weight * inverse;
      const at::Tensor slope = scale * inverse * means.narrow(0, C, C);
      const at::Tensor offset = slope * mean - scale * means.narrow(0, 0, C);
      x_gradient = at::addcmul(beside(offset, x), x, beside(slope, x), -1)
                       .addcmul_(gradients[0], beside(scale, x));
    }
    return {x_gradient, weight_gradient, bias_gradient, {}, {}, {}, {}};
  }
};

}  // namespace

BatchNorm::BatchNorm(int64_t channels) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  num_batches_tracked = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

at::Tensor BatchNorm::normalise(const at::Tensor& x, bool counts) {
  if (is_training() && reduction_) {
    return NormaliseTogether::apply(
        x, weight, bias, running_mean, running_var, counts,
        static_cast<const BatchNormReduction*>(&reduction_));
  }
  return at::batch_norm(
      x, weight, bias, running_mean, running_var, is_training(), kMomentum, kEpsilon,
      /*cudnn_enabled=*/true);
}

at::Tensor BatchNorm::normalise(const at::Tensor& x, const Lengths& lengths) {
  if (!is_training() || !lengths.leaves_out_padding()) {
    return normalise(x, lengths.counts());
  }
  const at::Tensor joined = normalise(join_valid(x, lengths), lengths.counts());
  return split_valid(joined, lengths, x.size(2) / lengths.padded());
}

at::Tensor BatchNorm::forward(const at::Tensor& x, const Lengths& lengths, const NormTail& tail) {
  if (is_training()) {
    num_batches_tracked.add_(1);
  }
  if (!is_training() || !lies_in_rows(x) || weight.scalar_type() != at::kFloat) {
    const at::Tensor y = normalise(as_float(x), lengths);
    return activate(tail.residual.defined() ? y + tail.residual : y, tail);
  }
  NormCall norm;
  norm.weight = weight;
  norm.bias = bias;
  norm.running_mean = running_mean;
  norm.running_var = running_var;
  norm.momentum = kMomentum;
  norm.epsilon = kEpsilon;
  norm.counts = lengths.counts();
  norm.reduce = reduction_;
  norm.out = current_autocast().host ? at::kBFloat16 : at::kFloat;
  if (lengths.leaves_out_padding()) {
    const int64_t a_clip = x.numel() / x.size(1) / lengths.batch();
    for (int64_t b = 0; b < lengths.batch(); ++b) {
      const int64_t valid = a_clip / lengths.padded() * lengths.frames()[static_cast<size_t>(b)];
      norm.rows.emplace_back(b * a_clip, b * a_clip + valid);
    }
  }
  return norm_activation(x, norm, tail);
}

void set_batch_norm_reduction(torch::nn::Module& network, const BatchNormReduction& reduction) {
  const auto set = [&reduction](torch::nn::Module& module) {
    if (auto* norm = dynamic_cast<BatchNorm*>(&module)) {
      norm->reduction_ = reduction;
    }
  };
  set(network);
  for (const auto& module : network.modules(/*include_self=*/false)) {
    set(*module);
  }
}

}  // namespace sotto
