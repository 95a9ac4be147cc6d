// Relaxed attention in the decoder: to the memory, not to its own tokens.
#include "common/lengths.h"
#include "decoding/transformer_decoder.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

TransformerDecoder relaxed_decoder(double gamma, bool matched = false) {
  TransformerDecoderOptions options;
  options.heads = 2;
  options.layers = 2;
  options.feed_forward = 12;
  options.dropout = 0;
  options.attention_dropout = 0;
  options.relaxed.gamma = gamma;
  options.relaxed.matched_inference = matched;
  TransformerDecoder decoder(options, 8, 9);
  tests::fill(*decoder, tests::golden_weight);
  return decoder;
}

/// Two clips of 6 and 4 frames, and their tokens.
struct Targets {
  at::Tensor memory = tests::sines({2, 6, 8}, 0.7, 0.2);
  at::Tensor mask = Lengths({6, 4}, 6).valid_mask(at::kCPU);
  at::Tensor tokens = at::tensor({8, 3, 1, 8, 2, 5}, at::kLong).view({2, 3});

  at::Tensor logits(TransformerDecoder decoder) const {
    const at::NoGradGuard no_grad;
    return decoder->forward(memory, mask, tokens);
  }
};

TransformerDecoder evaluated(TransformerDecoder decoder) {
  decoder->eval();
  return decoder;
}

/// Whether the queries of an attention of the first layer make a difference.
bool queries_count(TransformerDecoder decoder, encoders::MultiHeadAttention& attention) {
  const Targets targets;
  const at::Tensor before = targets.logits(decoder);
  const at::NoGradGuard no_grad;
  attention->linear_q->weight.mul_(-3);
  return !at::allclose(targets.logits(decoder), before, 1e-3, 1e-3);
}

TEST(RelaxedDecoderTest, FullyRelaxedAttentionToTheMemoryIgnoresTheQuery) {
  const auto count = [](double gamma, bool to_memory) {
    TransformerDecoder decoder = relaxed_decoder(gamma);
    auto* layer = decoder->decoders[0]->as<TransformerDecoderLayerImpl>();
    return queries_count(decoder, to_memory ? layer->src_attn : layer->self_attn);
  };
  EXPECT_TRUE(count(0, true));
  EXPECT_TRUE(count(0, false));
  EXPECT_FALSE(count(1, true));
  EXPECT_TRUE(count(1, false));  // a decoder's attention to its own tokens is never relaxed
}

TEST(RelaxedDecoderTest, GammaZeroIsPlainBitForBit) {
  const Targets targets;
  TransformerDecoderOptions options;
  options.heads = 2;
  options.layers = 2;
  options.feed_forward = 12;
  options.dropout = options.attention_dropout = 0;
  TransformerDecoder plain(options, 8, 9);
  tests::fill(*plain, tests::golden_weight);
  EXPECT_TRUE(targets.logits(relaxed_decoder(0)).equal(targets.logits(plain)));
}

TEST(RelaxedDecoderTest, EvaluationIsPlainUnlessMatched) {
  const Targets targets;
  const at::Tensor plain = targets.logits(evaluated(relaxed_decoder(0)));
  const at::Tensor training = targets.logits(relaxed_decoder(0.35));
  EXPECT_FALSE(at::allclose(training, plain, 1e-3, 1e-3));
  EXPECT_TRUE(targets.logits(evaluated(relaxed_decoder(0.35))).equal(plain));
  EXPECT_TRUE(targets.logits(evaluated(relaxed_decoder(0.35, true))).equal(training));
}

TEST(RelaxedDecoderTest, PaddingOfTheMemoryDoesNotCount) {
  const at::NoGradGuard no_grad;
  const Targets targets;
  TransformerDecoder decoder = relaxed_decoder(0.35);
  const at::Tensor alone = decoder->forward(
      targets.memory.narrow(0, 1, 1).narrow(1, 0, 4), {}, targets.tokens.narrow(0, 1, 1));
  tests::expect_close(targets.logits(decoder)[1], alone[0], 2e-6);
}

TEST(RelaxedDecoderTest, StepsAreRelaxedWhereInferenceIsMatched) {
  const at::NoGradGuard no_grad;
  const Targets targets;
  TransformerDecoder decoder = evaluated(relaxed_decoder(0.35, true));
  const at::Tensor memory = targets.memory.narrow(0, 0, 1);
  const at::Tensor tokens = targets.tokens.narrow(0, 0, 1);
  const at::Tensor forced = at::log_softmax(decoder->forward(memory, {}, tokens), -1)[0];
  const auto projected = decoder->project(memory);
  TransformerDecoderImpl::Cache cache;
  for (int64_t u = 0; u < 3; ++u) {
    tests::expect_near(decoder->step(projected, cache, tokens.select(1, u))[0], forced[u], 2e-6);
  }
}

TEST(RelaxedDecoderTest, Gradients) {
  const Targets targets;
  TransformerDecoder decoder = relaxed_decoder(0.35);
  decoder->to(at::kDouble);
  const at::Tensor memory = targets.memory.to(at::kDouble);
  const at::Tensor weights = tests::sines({2, 3, 9}, 1.3, 0.5).to(at::kDouble);
  tests::expect_gradients(*decoder, [&] {
    return (decoder->forward(memory, targets.mask, targets.tokens) * weights).sum();
  });
}

}  // namespace
}  // namespace sotto::decoding
