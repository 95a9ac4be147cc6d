#include "encoders/gating_mlp.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include "common/error.h"
#include "common/kernels/depthwise_training.h"
#include "common/stages.h"
#include "encoders/block_stack.h"

namespace sotto::encoders {
namespace {

at::Tensor activate(const std::string& name, const at::Tensor& x) {
  return name == "tanh"      ? at::tanh(x)
         : name == "relu"    ? at::relu(x)
         : name == "swish"   ? at::silu(x)
         : name == "gelu"    ? at::gelu(x)
         : name == "sigmoid" ? at::sigmoid(x)
                             : x;
}

}  // namespace

void GatingMlpOptions::visit(OptionVisitor& v) {
  v.field("hidden", hidden, at_least(2), "even", "width of the gated layer, both halves together");
  v.field("kernel", kernel, at_least(1), "frames, odd", "kernel of the gate's convolution");
  v.field(
      "gate_activation", gate_activation,
      {"identity", "tanh", "relu", "swish", "gelu", "sigmoid"}, "activation of the gate");
  v.field("linear_after_conv", linear_after_conv, "a linear layer behind the gate's convolution");
}

void GatingMlpOptions::validate() const {
  if (hidden % 2 != 0 || kernel % 2 == 0) {
    throw ConfigError("cgmlp: expected an even hidden width and an odd kernel");
  }
}

/// The convolutional spatial gating unit: half the width comes out.
class GatingMlpImpl::Gate : public torch::nn::Module {
 public:
  Gate(const GatingMlpOptions& options, double dropout_rate, double norm_epsilon)
      : activation_(options.gate_activation) {
    const int64_t half = options.hidden / 2;
    norm_ = register_module("norm", layer_norm(half, norm_epsilon));
    conv_ = register_module(
        "conv", torch::nn::Conv1d(torch::nn::Conv1dOptions(half, half, options.kernel)
                                      .padding((options.kernel - 1) / 2)
                                      .groups(half)));
    start_open(conv_->weight, conv_->bias);
    if (options.linear_after_conv) {
      linear_ = register_module("linear", Linear(half, half));
      start_open(linear_->weight, linear_->bias);
    }
    dropout_ = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
  }

  at::Tensor forward(const at::Tensor& x, const Lengths& lengths) {
    const std::vector<at::Tensor> halves = x.chunk(2, -1);
    at::Tensor gate = lengths.zero_padding(norm_->forward(halves[1]), 1);
    gate = depthwise_over_time(gate, conv_->weight, conv_->bias);
    if (linear_) {
      gate = linear_->forward(gate);
    }
    return dropout_->forward(halves[0] * activate(activation_, gate));
  }

 private:
  /// Weights near zero and biases of one: the gate begins by letting everything through.
  static void start_open(const at::Tensor& weight, const at::Tensor& bias) {
    torch::nn::init::normal_(weight, 0.0, 1e-6);
    torch::nn::init::ones_(bias);
  }

  std::string activation_;
  LayerNorm norm_{nullptr};
  torch::nn::Conv1d conv_{nullptr};
  Linear linear_{nullptr};
  std::shared_ptr<Dropout> dropout_;
};

GatingMlpImpl::GatingMlpImpl(
    const GatingMlpOptions& options, int64_t D, double dropout_rate, double norm_epsilon) {
  options.validate();
  channel_proj1_ = register_module("channel_proj1", torch::nn::ModuleList());
  channel_proj1_->push_back(Linear(D, options.hidden));
  csgu_ = register_module("csgu", std::make_shared<Gate>(options, dropout_rate, norm_epsilon));
  channel_proj2_ = register_module("channel_proj2", Linear(options.hidden / 2, D));
}

at::Tensor GatingMlpImpl::forward(const at::Tensor& x, const Lengths& lengths) {
  const at::Tensor wide = at::gelu(channel_proj1_[0]->as<LinearImpl>()->forward(x));
  const at::Tensor gated = csgu_->forward(wide, lengths);
  note_stage("cgmlp.csgu", gated);
  const at::Tensor out = channel_proj2_->forward(gated);
  note_stage("cgmlp", out);
  return out;
}

}  // namespace sotto::encoders
