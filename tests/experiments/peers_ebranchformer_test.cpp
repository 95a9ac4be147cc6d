// ESPnet's E-Branchformer.
//
// The copy of ESPnet that made these numbers runs its stack of blocks twice: a loop over the blocks
// has an `else` branch, which Python enters when the loop ends, and there stands the stack again.
// ESPnet itself runs it once, and so does sotto; here the blocks run once by hand before the
// encoder does.
#include <algorithm>
#include <cmath>
#include <iostream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include "common/random.h"
#include "common/regulariser.h"
#include "common/stages.h"
#include "encoders/block_stack.h"
#include "experiments/model_file.h"
#include "experiments/raw_input.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

constexpr double kTolerance = 2e-5;

/// The fixtures' formula: numbers in [-1, 1) from a name.
at::Tensor formula(const std::string& name, at::IntArrayRef shape) {
  Random random(name_hash(name));
  const at::Tensor values = at::empty(shape);
  auto* out = values.data_ptr<float>();
  for (int64_t i = 0; i < values.numel(); ++i) {
    out[i] = static_cast<float>(std::ldexp(static_cast<double>(random.next() >> 40), -23) - 1);
  }
  return values;
}

class PeersEBranchformerTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    const Peer& peer = GetParam();
    if (!tests::is_here(peer)) {
      GTEST_SKIP() << "no fixtures";
    }
    model_ = read_model(tests::imported(peer));
    outputs_ = read_tensors(peer.path(peer.outputs));
    for (const RawClip& clip : read_raw_clips(peer.path(peer.outputs), model_.card)) {
      if (clip.name + "/" == peer.prefix) {
        batch_ = clip.batch;
      }
    }
    options_ = std::dynamic_pointer_cast<encoders::BlockStackOptions>(
        model_.card.model.video.encoder.options);
  }

  const at::Tensor& expected(const std::string& name) const {
    return outputs_.at(GetParam().prefix + name);
  }

  /// The encoder's input (B, T, D).
  at::Tensor project(const at::Tensor& features) {
    const auto modules = model_.network->named_modules();
    if (!modules.contains("proj_encoder")) {
      return features;
    }
    const at::Tensor x = modules["proj_encoder"]->as<torch::nn::LinearImpl>()->forward(features);
    return modules["proj_norm"]->as<torch::nn::LayerNormImpl>()->forward(x);
  }

  /// The blocks, and the encoder on what they give.
  at::Tensor run_twice(const at::Tensor& features, const Lengths& lengths) {
    auto& stack = dynamic_cast<encoders::BlockStack&>(*model_.network->encoder);
    const double scale = std::sqrt(static_cast<double>(options_->dim));
    const at::Tensor positions = encoders::position_table(
        encoders::position_scheme(options_->positions),
        features.size(1),
        options_->dim,
        features.options());
    const at::Tensor mask =
        lengths.ragged() ? lengths.valid_mask(at::kCPU).unsqueeze(1) : at::Tensor();
    at::Tensor x = project(features) * scale;
    {
      const StageRecorder aside;
      for (const auto& child : *stack.encoders) {
        x = child->as<encoders::Block>()->forward(x, positions, mask, lengths);
      }
    }
    return stack.forward(x / scale, lengths);
  }

  LoadedModel model_;
  TensorMap outputs_;
  datasets::Batch batch_;
  std::shared_ptr<encoders::BlockStackOptions> options_;
};

TEST_P(PeersEBranchformerTest, EveryStageOfTheSecondRun) {
  const at::NoGradGuard no_grad;
  const StageRecorder recorder;
  run_twice(batch_.lips, batch_.lengths);
  double largest = 0;
  int64_t compared = 0;
  for (const auto& [stage, value] : recorder.stages()) {
    if (stage == "embed.x" || stage == "pos_emb") {
      continue;  // of the first run
    }
    ASSERT_EQ(outputs_.count(GetParam().prefix + stage), 1U) << stage;
    const double difference = tests::relative_difference(value, expected(stage));
    EXPECT_LE(difference, kTolerance) << stage;
    largest = std::max(largest, difference);
    ++compared;
  }
  EXPECT_EQ(compared, options_->layers * 6 + 1);
  std::cout << GetParam().name << ": " << compared << " stages, largest relative difference "
            << largest << "\n";
}

TEST_P(PeersEBranchformerTest, OneClipAlone) {
  const at::NoGradGuard no_grad;
  const int64_t T = batch_.lengths.frames().front();
  const at::Tensor alone = batch_.lips.narrow(0, 0, 1).narrow(1, 0, T);
  EXPECT_LE(
      tests::relative_difference(run_twice(alone, Lengths::full(1, T)), expected("out_single0")),
      kTolerance);
}

TEST_P(PeersEBranchformerTest, LossAndGradients) {
  model_.network->train();
  set_regularisers(*model_.network, false);
  const at::Tensor out = run_twice(batch_.lips, batch_.lengths);
  const at::Tensor valid = batch_.lengths.valid_mask(at::kCPU).unsqueeze(2).to(at::kFloat);
  const at::Tensor loss = (out * formula("ebf.loss", out.sizes()) * valid).sum();
  const double wanted = expected("train_loss").item<double>();
  EXPECT_NEAR(loss.item<double>(), wanted, 1e-4 * std::abs(wanted));
  loss.backward();
  tests::compare_gradients(*model_.network, GetParam(), "encoder.", outputs_);
}

INSTANTIATE_TEST_SUITE_P(
    Peers,
    PeersEBranchformerTest,
    testing::ValuesIn(tests::e_branchformer_peers()),
    [](const auto& peer) { return peer.param.name; });

}  // namespace
}  // namespace sotto::experiments
