#include "fusion/mlp.h"

#include <ATen/ATen.h>

namespace sotto::fusion {
namespace {

/// The stream, or zeros shaped like the other one, times its column of `presence`.
at::Tensor present(
    const at::Tensor& stream, const at::Tensor& other, const at::Tensor& presence, int64_t column) {
  if (!stream.defined()) {
    return at::zeros_like(other);
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

MlpFusionImpl::MlpFusionImpl(const MlpFusionOptions& options, int64_t D)
    : swish_(options.activation == "swish") {
  if (options.gate) {
    gate = register_module("gate", torch::nn::Linear(2 * D, 2 * D));
  }
  fc1 = register_module("fc1", torch::nn::Linear(2 * D, options.hidden));
  if (options.norm == "batchnorm") {
    bn1 = register_module("bn1", torch::nn::BatchNorm1d(options.hidden));
  } else if (options.norm == "layernorm") {
    norm1 = register_module(
        "norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({options.hidden})));
  }
  fc2 = register_module("fc2", torch::nn::Linear(options.hidden, D));
}

at::Tensor MlpFusionImpl::forward(
    const at::Tensor& video, const at::Tensor& audio, const at::Tensor& presence) {
  TORCH_CHECK(video.defined() || audio.defined(), "MlpFusion: expected lips or sound, got neither");
  at::Tensor x =
      at::cat({present(video, audio, presence, 0), present(audio, video, presence, 1)}, -1);
  if (gate) {
    x = x * at::sigmoid(gate->forward(x));
  }
  x = fc1->forward(x);
  if (bn1) {
    x = bn1->forward(x.transpose(1, 2)).transpose(1, 2);
  } else if (norm1) {
    x = norm1->forward(x);
  }
  return fc2->forward(swish_ ? at::silu(x) : at::relu(x));
}

}  // namespace sotto::fusion
