#pragma once

#include <torch/nn/modules/batchnorm.h>
#include "common/kernels/linear.h"
#include <torch/nn/modules/normalization.h>

#include "fusion/fusion.h"

namespace sotto::fusion {

/// Defaults are the published fusion's.
struct MlpFusionOptions : Options {
  int64_t hidden = 8192;
  std::string norm = "batchnorm";
  std::string activation = "relu";
  bool gate = false;

  void visit(OptionVisitor& v) override;
};

/// fc2(activation(norm(fc1([video, audio])))) (Ma et al. 2021, sec. 3.3). Keys match `fusion.*`.
///
/// With `gate` the concatenation c is first scaled to c * sigmoid(W c), so that one stream can
/// silence the other where it is useless: sound buried in noise.
class MlpFusionImpl : public Fusion {
 public:
  MlpFusionImpl(const MlpFusionOptions& options, int64_t D, int64_t D_a);

  at::Tensor forward(
      const at::Tensor& video, const at::Tensor& audio, const at::Tensor& presence) override;

  Linear gate{nullptr};
  Linear fc1{nullptr};
  torch::nn::BatchNorm1d bn1{nullptr};
  torch::nn::LayerNorm norm1{nullptr};
  Linear fc2{nullptr};

 private:
  int64_t D_;
  int64_t D_a_;
  bool swish_;
};

}  // namespace sotto::fusion
