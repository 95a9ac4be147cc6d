#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "common/regulariser.h"

namespace sotto::encoders {

/// Multi-head attention (Vaswani et al. 2017, sec. 3.2). Keys match `*.self_attn.linear_{q,k,v,out}`.
class MultiHeadAttentionImpl : public torch::nn::Module {
 public:
  /// @param D      width, a multiple of `heads`.
  MultiHeadAttentionImpl(int64_t D, int64_t heads, double dropout_rate);

  /// @param query       (B, Tq, D)
  /// @param key_value   (B, Tk, D)
  /// @param mask        (B or 1, 1 or Tq, Tk) bool, true = may be attended; undefined = all may. A
  ///                    row without any gives the output layer's bias.
  /// @return (B, Tq, D)
  at::Tensor forward(
      const at::Tensor& query, const at::Tensor& key_value, const at::Tensor& mask = {});

  /// (B, T, D) -> (B, heads, T, D / heads)
  at::Tensor split_heads(const at::Tensor& x) const;
  /// Softmax over keys of `scores` (B, heads, Tq, Tk), weighted values, output layer: (B, Tq, D).
  at::Tensor attend(const at::Tensor& scores, const at::Tensor& values, const at::Tensor& mask);
  /// 1 / sqrt(D / heads)
  double scale() const { return scale_; }

  torch::nn::Linear linear_q{nullptr};
  torch::nn::Linear linear_k{nullptr};
  torch::nn::Linear linear_v{nullptr};
  torch::nn::Linear linear_out{nullptr};
  std::shared_ptr<Dropout> dropout;

 private:
  int64_t heads_;
  double scale_;
};
TORCH_MODULE(MultiHeadAttention);

/// Self-attention with relative positions (Dai et al. 2019, sec. 3.3), the "new" form of the
/// published recognisers: key j is seen by query i at the distance i - j.
class RelativeAttentionImpl : public MultiHeadAttentionImpl {
 public:
  RelativeAttentionImpl(int64_t D, int64_t heads, double dropout_rate);

  /// @param x          (B, T, D)
  /// @param positions  (2T-1, D), see relative_positions
  /// @param mask       as above
  at::Tensor forward(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& mask);

  torch::nn::Linear linear_pos{nullptr};
  at::Tensor pos_bias_u;
  at::Tensor pos_bias_v;
};
TORCH_MODULE(RelativeAttention);

}  // namespace sotto::encoders
