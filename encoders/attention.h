#pragma once

#include <torch/nn/pimpl.h>

#include <mutex>
#include <vector>

#include "common/kernels/linear.h"
#include "common/kernels/packable.h"
#include "common/lengths.h"
#include "common/regulariser.h"
#include "encoders/positions.h"
#include "encoders/prefix_rows.h"
#include "encoders/relaxation.h"

namespace sotto::encoders {

/// Multi-head attention (Vaswani et al. 2017, sec. 3.2). Keys match `*.self_attn.linear_{q,k,v,out}`.
class MultiHeadAttentionImpl : public torch::nn::Module {
 public:
  /// @param D      width, a multiple of `heads`.
  MultiHeadAttentionImpl(
      int64_t D, int64_t heads, double dropout_rate, const RelaxationOptions& relaxed = {});

  /// @param query       (B, Tq, D)
  /// @param key_value   (B, Tk, D)
  /// @param mask        (B or 1, 1 or Tq, Tk) bool, true = may be attended; undefined = all may. A
  ///                    row without any gives the output layer's bias.
  /// @return (B, Tq, D)
  at::Tensor forward(
      const at::Tensor& query, const at::Tensor& key_value, const at::Tensor& mask = {});

  /// Self-attention of the newest token of N prefixes to their tokens, itself included: one row a
  /// prefix is appended to `rows`, which `paths` knows already. Evaluation mode.
  /// @param x  (N, D)
  at::Tensor step(const at::Tensor& x, KeyValueRows& rows, const PrefixPaths& paths);

  /// What a memory (T, D) offers to the queries of `look_up`.
  KeyValues project(const at::Tensor& memory);
  /// Attention of N single queries, each to a memory of its own or of others. Evaluation mode.
  /// @param x  (N, D)
  at::Tensor look_up(const at::Tensor& x, const std::vector<const KeyValues*>& memories);

  /// (B, T, D) -> (B, heads, T, D / heads)
  at::Tensor split_heads(const at::Tensor& x) const;
  /// Softmax over keys of `scores` (B, heads, Tq, Tk), weighted values, output layer: (B, Tq, D).
  at::Tensor attend(const at::Tensor& scores, const at::Tensor& values, const at::Tensor& mask);
  /// 1 / sqrt(D / heads)
  double scale() const { return scale_; }

  Linear linear_q{nullptr};
  Linear linear_k{nullptr};
  Linear linear_v{nullptr};
  Linear linear_out{nullptr};
  std::shared_ptr<Dropout> dropout;
  std::shared_ptr<Relaxation> relaxation;

 private:
  double scale_;

 protected:
  /// Whether queries can go through the kernel of common/kernels/attention.h.
  bool has_kernel_for(const at::Tensor& queries) const;

  int64_t heads_;
};
TORCH_MODULE(MultiHeadAttention);

/// Self-attention of an encoder, under any of the position schemes. The relative ones add scores by
/// position to the scores by content (Dai et al. 2019, sec. 3.3), with the parameters `linear_pos`,
/// `pos_bias_u` and `pos_bias_v`; the others are plain attention.
class SelfAttentionImpl : public MultiHeadAttentionImpl, public Packable {
 public:
  SelfAttentionImpl(
      int64_t D,
      int64_t heads,
      double dropout_rate,
      PositionScheme scheme = PositionScheme::kRelative,
      const RelaxationOptions& relaxed = {});

  /// @param x          (B, T, D)
  /// @param positions  what `position_table` gives for the scheme; undefined for plain ones
  /// @param mask       as above
  /// @param lengths    of the clips: the legacy scheme counts from a clip's end
  at::Tensor forward(
      const at::Tensor& x,
      const at::Tensor& positions,
      const at::Tensor& mask,
      const Lengths& lengths);

  /// Takes the kernel where there is one for the scheme.
  void pack(Precision precision) override;

  Linear linear_pos{nullptr};
  at::Tensor pos_bias_u;
  at::Tensor pos_bias_v;

 private:
  /// Keys of the places -(T - 1) to T - 1, or 0 to T - 1, one a column.
  struct PlaceKeys {
    int64_t T = 0;
    at::Tensor across;  // (D, columns)
  };
  /// Those for T or more frames: the keys of a place are the same in clips of any length.
  PlaceKeys place_keys(const at::Tensor& positions, int64_t T);
  /// Of clips without padding.
  at::Tensor forward_by_rows(const at::Tensor& x, const at::Tensor& positions);

  PositionScheme scheme_;
  bool is_packed_ = false;
  std::mutex mutex_;
  PlaceKeys place_keys_;
};
TORCH_MODULE(SelfAttention);

}  // namespace sotto::encoders
