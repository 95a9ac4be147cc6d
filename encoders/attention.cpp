#include "encoders/attention.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>
#include <limits>

#include "encoders/positions.h"

namespace sotto::encoders {

MultiHeadAttentionImpl::MultiHeadAttentionImpl(int64_t D, int64_t heads, double dropout_rate)
    : heads_(heads), scale_(1.0 / std::sqrt(static_cast<double>(D / heads))) {
  TORCH_CHECK(
      D % heads == 0, "MultiHeadAttention: expected a width divisible by ", heads, " heads, got ", D);
  linear_q = register_module("linear_q", torch::nn::Linear(D, D));
  linear_k = register_module("linear_k", torch::nn::Linear(D, D));
  linear_v = register_module("linear_v", torch::nn::Linear(D, D));
  linear_out = register_module("linear_out", torch::nn::Linear(D, D));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
}

at::Tensor MultiHeadAttentionImpl::split_heads(const at::Tensor& x) const {
  return x.view({x.size(0), x.size(1), heads_, -1}).transpose(1, 2);
}

at::Tensor MultiHeadAttentionImpl::attend(
    const at::Tensor& scores, const at::Tensor& values, const at::Tensor& mask) {
  at::Tensor weights;
  if (mask.defined()) {
    // The lowest finite value instead of -inf: a row without keys stays finite, and the second
    // fill makes its weights zero.
    const at::Tensor hidden = mask.logical_not().unsqueeze(1);
    const double lowest = std::numeric_limits<float>::lowest();
    weights = at::softmax(scores.masked_fill(hidden, lowest), -1).masked_fill(hidden, 0.0);
  } else {
    weights = at::softmax(scores, -1);
  }
  const at::Tensor context = at::matmul(dropout->forward(weights), values);
  return linear_out->forward(context.transpose(1, 2).flatten(2));
}

at::Tensor MultiHeadAttentionImpl::forward(
    const at::Tensor& query, const at::Tensor& key_value, const at::Tensor& mask) {
  const at::Tensor q = split_heads(linear_q->forward(query)) * scale_;
  const at::Tensor k = split_heads(linear_k->forward(key_value));
  const at::Tensor v = split_heads(linear_v->forward(key_value));
  return attend(at::matmul(q, k.transpose(-2, -1)), v, mask);
}

RelativeAttentionImpl::RelativeAttentionImpl(int64_t D, int64_t heads, double dropout_rate)
    : MultiHeadAttentionImpl(D, heads, dropout_rate) {
  linear_pos =
      register_module("linear_pos", torch::nn::Linear(torch::nn::LinearOptions(D, D).bias(false)));
  pos_bias_u = register_parameter("pos_bias_u", at::empty({heads, D / heads}));
  pos_bias_v = register_parameter("pos_bias_v", at::empty({heads, D / heads}));
  torch::nn::init::xavier_uniform_(pos_bias_u);
  torch::nn::init::xavier_uniform_(pos_bias_v);
}

at::Tensor RelativeAttentionImpl::forward(
    const at::Tensor& x, const at::Tensor& positions, const at::Tensor& mask) {
  const at::Tensor q = split_heads(linear_q->forward(x));
  const at::Tensor k = split_heads(linear_k->forward(x));
  const at::Tensor v = split_heads(linear_v->forward(x));
  const at::Tensor p = split_heads(linear_pos->forward(positions.unsqueeze(0)));
  const at::Tensor by_content =
      at::matmul((q + pos_bias_u.unsqueeze(1)) * scale(), k.transpose(-2, -1));
  const at::Tensor by_position =
      at::matmul((q + pos_bias_v.unsqueeze(1)) * scale(), p.transpose(-2, -1));
  return attend(by_content + relative_shift(by_position), v, mask);
}

}  // namespace sotto::encoders
