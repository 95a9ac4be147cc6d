#pragma once

#include "common/kernels/layer_norm.h"

#include "common/batch_norm.h"
#include "common/kernels/linear.h"
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
      const at::Tensor& video,
      const at::Tensor& audio,
      const at::Tensor& presence,
      const Lengths& lengths) override;

  Linear gate{nullptr};
  Linear fc1{nullptr};
  std::shared_ptr<BatchNorm> bn1;
  LayerNorm norm1{nullptr};
  Linear fc2{nullptr};

 private:
  int64_t D_;
  int64_t D_a_;
  bool swish_;
};

}  // namespace sotto::fusion
