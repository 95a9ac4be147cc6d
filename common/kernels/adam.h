#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sotto {

/// Adam (Kingma and Ba 2015, arXiv:1412.6980), or with decoupled weight decay AdamW (Loshchilov and
/// Hutter 2019, arXiv:1711.05101).
struct AdamRule {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  bool decoupled = true;  ///< AdamW; else the decay is added to the gradient
};

/// One parameter in one step; float32, all four of one shape.
struct AdamRow {
  at::Tensor weight;
  at::Tensor gradient;
  at::Tensor average;  ///< of gradients; exp_avg
  at::Tensor square;   ///< of squared gradients; exp_avg_sq
  double rate;         ///< learning rate
  double decay;        ///< weight decay
  int64_t step;        ///< this one's number, from 1
};

/// One step of all parameters, in place; gradients stay as they are. On a processor each number is
/// read and written once, with all threads that LibTorch may use, equal to torch::optim::AdamW to
/// rounding; else adam_step_plain.
/// @param factor  () what all gradients are multiplied by first, such as clip_factor; undefined: 1.
void adam_step(const std::vector<AdamRow>& rows, const AdamRule& rule, const at::Tensor& factor = {});

/// The same by LibTorch's operations over lists of tensors.
void adam_step_plain(
    const std::vector<AdamRow>& rows, const AdamRule& rule, const at::Tensor& factor = {});

/// () the Euclidean norm of all tensors together, on their device.
at::Tensor norm_of_all(const std::vector<at::Tensor>& tensors);

/// () min(1, limit / norm): what brings gradients of that norm down to the limit, as
/// torch::nn::utils::clip_grad_norm_ does. The host need not know it.
at::Tensor clip_factor(const at::Tensor& norm, double limit);

}  // namespace sotto
