#pragma once

#include <torch/nn/module.h>

#include <functional>

#include "common/kernels/norm_activation.h"
#include "common/lengths.h"

namespace sotto {

/// Sums a tensor over all processes that train together, in place.
using BatchNormReduction = std::function<void(at::Tensor&)>;

/// Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167) over (B, C, ...), with the parameters, the
/// buffers and the numbers of torch's.
///
/// In training, padding is left out of the statistics, unless it leaks (Lengths::leaky), and comes
/// back as zeros. With a reduction the statistics are those of all processes' frames; every process
/// then calls `forward` and goes backward equally often, with any number of frames, or with clips
/// that only stand in (Lengths::stand_in).
class BatchNorm : public torch::nn::Module {
 public:
  static constexpr double kEpsilon = 1e-5;
  static constexpr double kMomentum = 0.1;

  explicit BatchNorm(int64_t channels);

  /// @param x        (B, C, k T, ...), k positions a frame; (N, C, ...) of lengths that are not ragged.
  /// @param lengths  the default: everything counts.
  /// @param tail     what follows the norm, computed with it where x lies in rows of channels; padding
  ///                 that is left out is zero behind it too.
  at::Tensor forward(
      const at::Tensor& x, const Lengths& lengths = {}, const NormTail& tail = {});

  at::Tensor weight;
  at::Tensor bias;
  at::Tensor running_mean;
  at::Tensor running_var;
  at::Tensor num_batches_tracked;

 private:
  friend void set_batch_norm_reduction(torch::nn::Module&, const BatchNormReduction&);
  at::Tensor normalise(const at::Tensor& x, bool counts);
  at::Tensor normalise(const at::Tensor& x, const Lengths& lengths);

  BatchNormReduction reduction_;
};

/// Has every BatchNorm below `network` take its statistics over all processes; an empty function:
/// over this one alone.
void set_batch_norm_reduction(torch::nn::Module& network, const BatchNormReduction& reduction);

}  // namespace sotto
