#include "encoders/attention.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>
#include <limits>

namespace sotto::encoders {

KeyValueCache KeyValueCache::select(const at::Tensor& index) const {
  return {keys.index_select(0, index), values.index_select(0, index)};
}

MultiHeadAttentionImpl::MultiHeadAttentionImpl(
    int64_t D, int64_t heads, double dropout_rate, const RelaxationOptions& relaxed)
    : scale_(1.0 / std::sqrt(static_cast<double>(D / heads))), heads_(heads) {
  TORCH_CHECK(
      D % heads == 0, "MultiHeadAttention: expected a width divisible by ", heads, " heads, got ", D);
  linear_q = register_module("linear_q", torch::nn::Linear(D, D));
  linear_k = register_module("linear_k", torch::nn::Linear(D, D));
  linear_v = register_module("linear_v", torch::nn::Linear(D, D));
  linear_out = register_module("linear_out", torch::nn::Linear(D, D));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
  relaxation = register_module("relaxation", std::make_shared<Relaxation>(relaxed));
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
  const double gamma = relaxation->draw();
  at::Tensor context;
  if (gamma == 0) {
    context = at::matmul(dropout->forward(weights), values);
  } else {
    const at::Tensor uniform = Relaxation::uniform(mask, values.size(2), values.options());
    if (dropout->disturbs()) {
      context = at::matmul(dropout->forward((1 - gamma) * weights + gamma * uniform), values);
    } else {
      // Linear in the weights: the uniform part is a mean of the values, the same for all heads'
      // queries where the mask is.
      context = (1 - gamma) * at::matmul(weights, values) + gamma * at::matmul(uniform, values);
    }
  }
  return linear_out->forward(context.transpose(1, 2).flatten(2));
}

at::Tensor MultiHeadAttentionImpl::forward(
    const at::Tensor& query, const at::Tensor& key_value, const at::Tensor& mask) {
  const at::Tensor q = split_heads(linear_q->forward(query)) * scale_;
  const at::Tensor k = split_heads(linear_k->forward(key_value));
  const at::Tensor v = split_heads(linear_v->forward(key_value));
  return attend(at::matmul(q, k.transpose(-2, -1)), v, mask);
}

at::Tensor MultiHeadAttentionImpl::step(const at::Tensor& x, KeyValueCache& cache) {
  const at::Tensor k = split_heads(linear_k->forward(x));
  const at::Tensor v = split_heads(linear_v->forward(x));
  cache.keys = cache.keys.defined() ? at::cat({cache.keys, k}, 2) : k;
  cache.values = cache.values.defined() ? at::cat({cache.values, v}, 2) : v;
  const at::Tensor q = split_heads(linear_q->forward(x)) * scale_;
  return attend(at::matmul(q, cache.keys.transpose(-2, -1)), cache.values, {});
}

SelfAttentionImpl::SelfAttentionImpl(
    int64_t D,
    int64_t heads,
    double dropout_rate,
    PositionScheme scheme,
    const RelaxationOptions& relaxed)
    : MultiHeadAttentionImpl(D, heads, dropout_rate, relaxed), scheme_(scheme) {
  if (!is_relative(scheme)) {
    return;
  }
  linear_pos =
      register_module("linear_pos", torch::nn::Linear(torch::nn::LinearOptions(D, D).bias(false)));
  pos_bias_u = register_parameter("pos_bias_u", at::empty({heads, D / heads}));
  pos_bias_v = register_parameter("pos_bias_v", at::empty({heads, D / heads}));
  torch::nn::init::xavier_uniform_(pos_bias_u);
  torch::nn::init::xavier_uniform_(pos_bias_v);
}

at::Tensor SelfAttentionImpl::forward(
    const at::Tensor& x,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) {
  if (!is_relative(scheme_)) {
    return MultiHeadAttentionImpl::forward(x, x, mask);
  }
  const at::Tensor q = split_heads(linear_q->forward(x));
  const at::Tensor k = split_heads(linear_k->forward(x));
  const at::Tensor v = split_heads(linear_v->forward(x));
  const at::Tensor p = split_heads(linear_pos->forward(positions.unsqueeze(0)));
  const at::Tensor by_content =
      at::matmul((q + pos_bias_u.unsqueeze(1)) * scale(), k.transpose(-2, -1));
  const at::Tensor by_position =
      at::matmul((q + pos_bias_v.unsqueeze(1)) * scale(), p.transpose(-2, -1));
  return attend(by_content + align_positions(by_position, scheme_, lengths), v, mask);
}

}  // namespace sotto::encoders
