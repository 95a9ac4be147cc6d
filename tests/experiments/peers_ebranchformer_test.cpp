// ESPnet's E-Branchformer: training. Its stages are in peers_features_test.cpp.
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "common/random.h"
#include "common/regulariser.h"
#include "experiments/model_file.h"
#include "experiments/raw_input.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

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
    for (const RawClip& clip : read_raw_clips(peer.path(peer.outputs), model_)) {
      if (clip.name + "/" == peer.prefix) {
        batch_ = clip.batch;
      }
    }
  }

  const at::Tensor& expected(const std::string& name) const {
    return outputs_.at(GetParam().prefix + name);
  }

  LoadedModel model_;
  TensorMap outputs_;
  datasets::Batch batch_;
};

TEST_P(PeersEBranchformerTest, LossAndGradients) {
  model_.network->train();
  set_regularisers(*model_.network, false);
  const at::Tensor out = model_.network->encode(batch_.lips, {}, batch_.lengths).video;
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
