#include "decoding/transformer_decoder.h"

#include "common/lengths.h"
#include "common/stages.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

constexpr int64_t kV = 9;
constexpr int64_t kD = 8;

class TransformerDecoderTest : public testing::Test {
 protected:
  void SetUp() override {
    at::manual_seed(15);
    TransformerDecoderOptions options;
    options.heads = 2;
    options.layers = 2;
    options.feed_forward = 12;
    decoder_ = TransformerDecoder(options, kD, kV);
    tests::fill(*decoder_, tests::golden_weight);
    decoder_->eval();
  }

  at::Tensor log_probabilities(const at::Tensor& memory, const std::vector<int64_t>& tokens) {
    const at::Tensor row = at::tensor(tokens, at::kLong).unsqueeze(0);
    return at::log_softmax(decoder_->forward(memory, {}, row), -1)[0];
  }

  TransformerDecoder decoder_{nullptr};
  const at::NoGradGuard no_grad_;
};

TEST_F(TransformerDecoderTest, PaddingOfTheMemoryDoesNotCount) {
  const at::Tensor memory = at::randn({2, 6, kD});
  const at::Tensor tokens = at::tensor({8, 3, 1, 8, 2, 5}, at::kLong).view({2, 3});
  const at::Tensor mask = Lengths({6, 4}, 6).valid_mask(at::kCPU);
  const at::Tensor together = decoder_->forward(memory, mask, tokens);
  for (int64_t b = 0; b < 2; ++b) {
    const at::Tensor alone = decoder_->forward(
        memory.narrow(0, b, 1).narrow(1, 0, b == 0 ? 6 : 4), {}, tokens.narrow(0, b, 1));
    tests::expect_close(together[b], alone[0], 2e-6);
  }
}

TEST_F(TransformerDecoderTest, TheFutureIsHidden) {
  const at::Tensor memory = at::randn({1, 4, kD});
  const at::Tensor one = log_probabilities(memory, {8, 3, 1, 4});
  const at::Tensor other = log_probabilities(memory, {8, 3, 7, 2});
  tests::expect_near(one.narrow(0, 0, 2), other.narrow(0, 0, 2), 1e-6);
  EXPECT_FALSE(at::allclose(one[2], other[2], 1e-3, 1e-3));
}

TEST_F(TransformerDecoderTest, HiddenTokensChangeTheRowsPastThemOnly) {
  const at::Tensor memory = at::randn({2, 4, kD});
  const at::Tensor tokens = at::tensor({8, 3, 1, 4, 8, 2, 8, 8}, at::kLong).view({2, 4});
  const at::Tensor mask = Lengths({4, 2}, 4).valid_mask(at::kCPU);
  const at::Tensor all = decoder_->forward(memory, {}, tokens);
  const at::Tensor some = decoder_->forward(memory, {}, tokens, mask);
  tests::expect_near(some[0], all[0], 1e-6);
  tests::expect_near(some[1].narrow(0, 0, 2), all[1].narrow(0, 0, 2), 1e-6);
  EXPECT_FALSE(at::allclose(some[1].narrow(0, 2, 2), all[1].narrow(0, 2, 2), 1e-3, 1e-3));
}

TEST_F(TransformerDecoderTest, StepsEqualTeacherForcing) {
  const at::Tensor memory = at::randn({1, 5, kD});
  const std::vector<int64_t> tokens = {8, 3, 1, 4, 4};
  const at::Tensor forced = log_probabilities(memory, tokens);
  const auto projected = decoder_->project(memory);
  TransformerDecoderImpl::Cache cache;
  for (size_t u = 0; u < tokens.size(); ++u) {
    const at::Tensor step = decoder_->step(projected, cache, at::tensor({tokens[u]}, at::kLong));
    tests::expect_near(step[0], forced[static_cast<int64_t>(u)], 1e-6);
  }
  EXPECT_EQ(cache.length(), 5);
}

TEST_F(TransformerDecoderTest, ACacheFollowsItsPrefixes) {
  const at::Tensor memory = at::randn({1, 5, kD});
  const auto projected = decoder_->project(memory);
  TransformerDecoderImpl::Cache cache;
  decoder_->step(projected, cache, at::tensor({8}, at::kLong));
  cache.select({0, 0, 0});
  decoder_->step(projected, cache, at::tensor({1, 2, 3}, at::kLong));
  // The last prefix lives on twice, the first one once, in another order.
  cache.select({2, 0, 2});
  const at::Tensor step = decoder_->step(projected, cache, at::tensor({4, 5, 6}, at::kLong));
  const std::vector<std::vector<int64_t>> prefixes = {{8, 3, 4}, {8, 1, 5}, {8, 3, 6}};
  for (size_t i = 0; i < prefixes.size(); ++i) {
    tests::expect_near(
        step[static_cast<int64_t>(i)], log_probabilities(memory, prefixes[i])[2], 1e-6);
  }
}

TEST_F(TransformerDecoderTest, TheNormsEpsilonIsAnOption) {
  TransformerDecoderOptions options;
  options.heads = 2;
  options.layers = 1;
  options.feed_forward = 12;
  options.norm_epsilon = 1e-2;
  TransformerDecoder decoder(options, kD, kV);
  const auto* layer = decoder->decoders[0]->as<TransformerDecoderLayerImpl>();
  for (const auto& norm : {layer->norm1, layer->norm2, layer->norm3, decoder->after_norm}) {
    EXPECT_EQ(norm->options.eps(), 1e-2);
  }
  tests::fill(*decoder, tests::golden_weight);
  decoder->eval();
  const at::Tensor memory = at::randn({1, 5, kD});
  const at::Tensor tokens = at::tensor({8, 3, 1}, at::kLong).unsqueeze(0);
  const at::Tensor forced = at::log_softmax(decoder->forward(memory, {}, tokens), -1)[0];
  const auto projected = decoder->project(memory);
  TransformerDecoderImpl::Cache cache;
  for (int64_t u = 0; u < 3; ++u) {
    tests::expect_near(decoder->step(projected, cache, tokens.select(1, u))[0], forced[u], 1e-6);
  }
}

TEST_F(TransformerDecoderTest, EveryLayersOutputIsAStage) {
  const StageRecorder recorder;
  decoder_->forward(at::randn({1, 4, kD}), {}, at::tensor({8, 3}, at::kLong).unsqueeze(0));
  ASSERT_EQ(recorder.stages().size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    const auto& [name, value] = recorder.stages()[i];
    EXPECT_EQ(name, "decoders." + std::to_string(i));
    EXPECT_EQ(value.sizes(), (std::vector<int64_t>{1, 2, kD}));
  }
}

TEST_F(TransformerDecoderTest, PublishedLayerSize) {
  const TransformerDecoderLayerImpl layer(TransformerDecoderOptions(), 768);
  int64_t parameters = 0;
  for (const at::Tensor& parameter : layer.parameters()) {
    parameters += parameter.numel();
  }
  EXPECT_EQ(parameters, 9451776);
}

}  // namespace
}  // namespace sotto::decoding
