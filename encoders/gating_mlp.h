#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include "common/kernels/linear.h"
#include "common/kernels/layer_norm.h"
#include <torch/nn/pimpl.h>

#include "common/lengths.h"
#include "common/options.h"
#include "common/regulariser.h"

namespace sotto::encoders {

/// Defaults are ESPnet's.
struct GatingMlpOptions : Options {
  int64_t hidden = 2048;
  int64_t kernel = 31;
  std::string gate_activation = "identity";
  bool linear_after_conv = false;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Convolutional gating MLP of the Branchformer (Peng et al. 2022, arXiv:2207.02971, sec. 3.3): a
/// wide layer with GELU whose second half, normed and convolved over time, gates its first half.
/// Keys match `*.cgmlp.{channel_proj1.0,csgu.norm,csgu.conv,csgu.linear,channel_proj2}`.
///
/// The peers let the convolution see padding; here it is zero, so that a clip's numbers do not
/// depend on its batch.
class GatingMlpImpl : public torch::nn::Module {
 public:
  GatingMlpImpl(
      const GatingMlpOptions& options, int64_t D, double dropout_rate, double norm_epsilon);

  /// (B, T, D) -> (B, T, D)
  at::Tensor forward(const at::Tensor& x, const Lengths& lengths);

 private:
  class Gate;
  torch::nn::ModuleList channel_proj1_{nullptr};
  std::shared_ptr<Gate> csgu_;
  Linear channel_proj2_{nullptr};
};
TORCH_MODULE(GatingMlp);

}  // namespace sotto::encoders
