// VSR-ML's Transformer language model: cached steps of a batch, loss and gradients.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "common/regulariser.h"
#include "experiments/model_file.h"
#include "tests/peers.h"

namespace sotto::experiments {
namespace {

using tests::Peer;

constexpr double kTolerance = 2e-5;

class PeersLanguageModelTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    const Peer& peer = GetParam();
    if (!tests::is_here(peer)) {
      GTEST_SKIP() << "no fixtures";
    }
    model_ = read_language_model(tests::imported(peer));
    outputs_ = read_tensors(peer.path(peer.outputs));
  }

  LoadedLanguageModel model_;
  TensorMap outputs_;
};

TEST_P(PeersLanguageModelTest, StepsOfABatch) {
  const at::NoGradGuard no_grad;
  const at::Tensor& prefixes = outputs_.at("batch_prefixes");
  decoding::TransformerLmImpl::Cache cache;
  std::vector<at::Tensor> steps;
  for (int64_t u = 0; u < prefixes.size(1); ++u) {
    steps.push_back(model_.network->step(cache, prefixes.select(1, u)));
  }
  EXPECT_LE(
      tests::relative_difference(at::stack(steps), outputs_.at("batch_step_logp")), kTolerance);
}

TEST_P(PeersLanguageModelTest, LossAndGradients) {
  model_.network->train();
  set_regularisers(*model_.network, false);
  const auto [sum, count] = decoding::lm_loss(
      model_.network->forward(outputs_.at("x")), outputs_.at("x"), outputs_.at("t"));
  const at::Tensor loss = sum / static_cast<double>(count);
  const double wanted = outputs_.at("train_loss").item<double>();
  EXPECT_NEAR(loss.item<double>(), wanted, 1e-4 * wanted);
  loss.backward();
  tests::compare_gradients(*model_.network, GetParam(), "", outputs_);
}

INSTANTIATE_TEST_SUITE_P(
    Peers,
    PeersLanguageModelTest,
    testing::ValuesIn(tests::language_model_peers()),
    [](const auto& peer) { return peer.param.name; });

}  // namespace
}  // namespace sotto::experiments
