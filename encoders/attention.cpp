#include "encoders/attention.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/init.h>

#include <cmath>
#include <limits>

#include "common/autocast.h"
#include "common/kernels/attention.h"
#include "common/stages.h"

namespace sotto::encoders {
namespace {

/// (T, D) -> (D, columns): keys as the kernel likes them.
/// @param more  columns that it may read behind the last 16
at::Tensor keys_across(const at::Tensor& keys, int64_t more) {
  const int64_t T = keys.size(0);
  return at::constant_pad_nd(keys.t(), {0, (T + 15) / 16 * 16 - T + more}).contiguous();
}

constexpr int64_t kMostRows = 4096;        // whose scores stay in the caches
constexpr int64_t kMostPlacesKept = 512;  // those of longer clips take tens of megabytes

}  // namespace

MultiHeadAttentionImpl::MultiHeadAttentionImpl(
    int64_t D, int64_t heads, double dropout_rate, const RelaxationOptions& relaxed)
    : scale_(1.0 / std::sqrt(static_cast<double>(D / heads))), heads_(heads) {
  TORCH_CHECK(
      D % heads == 0, "MultiHeadAttention: expected a width divisible by ", heads, " heads, got ", D);
  linear_q = register_module("linear_q", Linear(D, D));
  linear_k = register_module("linear_k", Linear(D, D));
  linear_v = register_module("linear_v", Linear(D, D));
  linear_out = register_module("linear_out", Linear(D, D));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
  relaxation = register_module("relaxation", std::make_shared<Relaxation>(relaxed));
}

at::Tensor MultiHeadAttentionImpl::split_heads(const at::Tensor& x) const {
  return x.view({x.size(0), x.size(1), heads_, -1}).transpose(1, 2);
}

at::Tensor MultiHeadAttentionImpl::attend(
    const at::Tensor& products, const at::Tensor& values, const at::Tensor& mask) {
  const at::Tensor scores = as_float(products);
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
  note_inside("weights", weights);
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

bool MultiHeadAttentionImpl::has_kernel_for(const at::Tensor& queries) const {
  return queries.device().is_cpu() && queries.scalar_type() == at::kFloat &&
         !at::GradMode::is_enabled() && relaxation->draw() == 0;
}

at::Tensor MultiHeadAttentionImpl::step(
    const at::Tensor& x, KeyValueRows& rows, const PrefixPaths& paths) {
  const int64_t N = x.size(0);
  const at::Tensor queries = linear_q->forward(x);
  rows.append(linear_k->forward(x), linear_v->forward(x));
  const KeyValues& all = rows.rows();
  if (has_kernel_for(queries)) {
    const at::Tensor context = at::empty_like(queries);
    std::vector<AttentionRow> each;
    for (int64_t i = 0; i < N; ++i) {
      each.push_back(
          {queries.data_ptr<float>() + i * x.size(1), all.keys.data_ptr<float>(),
           all.values.data_ptr<float>(), paths.of(i), /*across=*/0, paths.length,
           context.data_ptr<float>() + i * x.size(1)});
    }
    sotto::attend(each, heads_, x.size(1) / heads_, static_cast<float>(scale_));
    return linear_out->forward(context);
  }
  const at::Tensor index = at::tensor(paths.rows, at::kInt).to(at::kLong).to(x.device());
  const auto gathered = [&](const at::Tensor& table) {
    return split_heads(table.index_select(0, index).view({N, paths.length, -1}));
  };
  const at::Tensor q = split_heads(queries.unsqueeze(1)) * scale_;
  return attend(at::matmul(q, gathered(all.keys).transpose(-2, -1)), gathered(all.values), {})
      .squeeze(1);
}

KeyValues MultiHeadAttentionImpl::project(const at::Tensor& memory) {
  KeyValues projected = {
      linear_k->forward(memory).contiguous(), linear_v->forward(memory).contiguous(), {}};
  if (has_kernel_for(projected.keys)) {
    projected.across = keys_across(projected.keys, 0);
  }
  return projected;
}

at::Tensor MultiHeadAttentionImpl::look_up(
    const at::Tensor& x, const std::vector<const KeyValues*>& memories) {
  const int64_t D = x.size(1);
  const at::Tensor queries = linear_q->forward(x);
  if (has_kernel_for(queries) && memories.front()->across.defined()) {
    const at::Tensor context = at::empty_like(queries);
    std::vector<AttentionRow> each;
    for (size_t i = 0; i < memories.size(); ++i) {
      const auto offset = static_cast<int64_t>(i) * D;
      each.push_back(
          {queries.data_ptr<float>() + offset, memories[i]->across.data_ptr<float>(),
           memories[i]->values.data_ptr<float>(), nullptr, memories[i]->across.size(1),
           memories[i]->keys.size(0), context.data_ptr<float>() + offset});
    }
    sotto::attend(each, heads_, D / heads_, static_cast<float>(scale_));
    return linear_out->forward(context);
  }
  // The queries of one memory are the rows of one product.
  std::vector<at::Tensor> parts;
  for (size_t begin = 0, end = 0; begin < memories.size(); begin = end) {
    while (end < memories.size() && memories[end] == memories[begin]) {
      ++end;
    }
    const at::Tensor some = queries.narrow(
        0, static_cast<int64_t>(begin), static_cast<int64_t>(end - begin));
    const at::Tensor q = split_heads(some.unsqueeze(0)) * scale_;
    const at::Tensor k = split_heads(memories[begin]->keys.unsqueeze(0));
    const at::Tensor v = split_heads(memories[begin]->values.unsqueeze(0));
    parts.push_back(attend(at::matmul(q, k.transpose(-2, -1)), v, {}).squeeze(0));
  }
  return at::cat(parts);
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
      register_module("linear_pos", Linear(torch::nn::LinearOptions(D, D).bias(false)));
  pos_bias_u = register_parameter("pos_bias_u", at::empty({heads, D / heads}));
  pos_bias_v = register_parameter("pos_bias_v", at::empty({heads, D / heads}));
  torch::nn::init::xavier_uniform_(pos_bias_u);
  torch::nn::init::xavier_uniform_(pos_bias_v);
}

void SelfAttentionImpl::pack(Precision) {
  is_packed_ = scheme_ == PositionScheme::kRelative || scheme_ == PositionScheme::kUnshifted;
}

SelfAttentionImpl::PlaceKeys SelfAttentionImpl::place_keys(const at::Tensor& positions, int64_t T) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (place_keys_.T < T) {
    // A query's places begin anywhere: what the kernel reads of the last 16 lies further behind.
    const PlaceKeys made = {T, keys_across(linear_pos->forward(positions), 16)};
    if (T > kMostPlacesKept) {
      return made;
    }
    place_keys_ = made;
  }
  return place_keys_;
}

at::Tensor SelfAttentionImpl::forward_by_rows(const at::Tensor& x, const at::Tensor& positions) {
  const int64_t T = x.size(1);
  const int64_t D = x.size(2);
  const PlaceKeys places = place_keys(positions, T);
  const at::Tensor queries = linear_q->forward(x);
  const at::Tensor by_content = queries + pos_bias_u.flatten();
  const at::Tensor by_place = queries + pos_bias_v.flatten();
  const at::Tensor keys = linear_k->forward(x);
  const at::Tensor values = linear_v->forward(x);
  const at::Tensor context = at::empty_like(queries);
  for (int64_t b = 0; b < x.size(0); ++b) {
    const at::Tensor across = keys_across(keys[b], 0);
    std::vector<AttentionRow> rows;
    for (int64_t t = 0; t < T; ++t) {
      const int64_t at = (b * T + t) * D;
      // The first key of frame t is t frames before it.
      const int64_t first = scheme_ == PositionScheme::kRelative ? places.T - 1 - t : 0;
      rows.push_back(
          {by_content.data_ptr<float>() + at, across.data_ptr<float>(),
           values.data_ptr<float>() + b * T * D, /*order=*/nullptr, across.size(1), T,
           context.data_ptr<float>() + at, by_place.data_ptr<float>() + at,
           places.across.data_ptr<float>() + first, places.across.size(1)});
    }
    sotto::attend(rows, heads_, D / heads_, static_cast<float>(scale()));
  }
  return linear_out->forward(context);
}

at::Tensor SelfAttentionImpl::forward(
    const at::Tensor& x,
    const at::Tensor& positions,
    const at::Tensor& mask,
    const Lengths& lengths) {
  if (!is_relative(scheme_)) {
    return MultiHeadAttentionImpl::forward(x, x, mask);
  }
  if (is_packed_ && !mask.defined() && x.size(1) <= kMostRows && has_kernel_for(x)) {
    return forward_by_rows(x, positions);
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
