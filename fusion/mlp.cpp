#include "fusion/mlp.h"

#include <ATen/ATen.h>

namespace sotto::fusion {
namespace {

/// The stream, or zeros of its width beside the other one, times its column of `presence`.
at::Tensor present(
    const at::Tensor& stream,
    int64_t width,
    const at::Tensor& other,
    const at::Tensor& presence,
    int64_t column) {
  if (!stream.defined()) {
    return at::zeros({other.size(0), other.size(1), width}, other.options());
  }
  if (!presence.defined()) {
    return stream;
  }
  return stream * presence.select(1, column).view({-1, 1, 1}).to(stream.scalar_type());
}

}  // namespace

void MlpFusionOptions::visit(OptionVisitor& v) {
  v.field("hidden", hidden, at_least(1), "", "hidden width");
  v.field("norm", norm, {"batchnorm", "layernorm", "none"}, "norm of the hidden layer");
  v.field("activation", activation, {"relu", "swish"}, "activation of the hidden layer");
  v.field("gate", gate, "scale the joined streams by a learned gate first");
}

MlpFusionImpl::MlpFusionImpl(const MlpFusionOptions& options, int64_t D, int64_t D_a)
    : D_(D), D_a_(D_a), swish_(options.activation == "swish") {
  if (options.gate) {
    gate = register_module("gate", Linear(D + D_a, D + D_a));
  }
  fc1 = register_module("fc1", Linear(D + D_a, options.hidden));
  if (options.norm == "batchnorm") {
    bn1 = register_module("bn1", std::make_shared<BatchNorm>(options.hidden));
  } else if (options.norm == "layernorm") {
    norm1 = register_module(
        "norm1", LayerNorm(torch::nn::LayerNormOptions({options.hidden})));
  }
  fc2 = register_module("fc2", Linear(options.hidden, D));
}

at::Tensor MlpFusionImpl::forward(
    const at::Tensor& video,
    const at::Tensor& audio,
    const at::Tensor& presence,
    const Lengths& lengths) {
  TORCH_CHECK(video.defined() || audio.defined(), "MlpFusion: expected lips or sound, got neither");
  at::Tensor x =
      at::cat(
          {present(video, D_, audio, presence, 0), present(audio, D_a_, video, presence, 1)}, -1);
  if (gate) {
    x = x * at::sigmoid(gate->forward(x));
  }
  x = fc1->forward(x);
  if (bn1) {
    const NormTail tail = {swish_ ? FusedActivation::kSwish : FusedActivation::kRelu, {}, {}};
    return fc2->forward(bn1->forward(x.transpose(1, 2), lengths, tail).transpose(1, 2));
  }
  if (norm1) {
    x = norm1->forward(x);
  }
  return fc2->forward(swish_ ? at::silu(x) : at::relu(x));
}

}  // namespace sotto::fusion
