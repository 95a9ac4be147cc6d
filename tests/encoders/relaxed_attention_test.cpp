#include "encoders/attention.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

constexpr int64_t kWidth = 8;
constexpr int64_t kHeads = 2;

/// Attention with the same weights for every gamma.
MultiHeadAttention relaxed_attention(
    double gamma, double dropout = 0, double deviation = 0, bool matched = false) {
  RelaxationOptions options;
  options.gamma = gamma;
  options.gamma_deviation = deviation;
  options.matched_inference = matched;
  MultiHeadAttention attention(kWidth, kHeads, dropout, options);
  tests::fill(*attention, tests::golden_weight);
  return attention;
}

/// Clips of 5 and 3 frames.
struct Clips {
  at::Tensor x = tests::sines({2, 5, kWidth}, 0.7, 0.2);
  at::Tensor mask = Lengths({5, 3}, 5).valid_mask(at::kCPU).unsqueeze(1);
};

at::Tensor causal_mask(int64_t T) {
  return at::ones({1, T, T}, at::kBool).tril();
}

/// The definition, weights and all.
at::Tensor by_explicit_weights(
    MultiHeadAttentionImpl& attention, const at::Tensor& x, const at::Tensor& mask, double gamma) {
  const at::Tensor q = attention.split_heads(attention.linear_q->forward(x)) * attention.scale();
  const at::Tensor k = attention.split_heads(attention.linear_k->forward(x));
  const at::Tensor v = attention.split_heads(attention.linear_v->forward(x));
  const at::Tensor allowed = mask.unsqueeze(1).expand({x.size(0), 1, x.size(1), x.size(1)});
  const at::Tensor scores = at::matmul(q, k.transpose(-2, -1));
  const at::Tensor weights = at::softmax(scores.masked_fill(allowed.logical_not(), -INFINITY), -1);
  const at::Tensor even = allowed / allowed.sum(-1, true);
  const at::Tensor context = at::matmul((1 - gamma) * weights + gamma * even, v);
  return attention.linear_out->forward(context.transpose(1, 2).flatten(2));
}

TEST(RelaxedAttentionTest, GammaZeroIsPlainAttentionBitForBit) {
  const Clips clips;
  MultiHeadAttention plain(kWidth, kHeads, 0.0);
  tests::fill(*plain, tests::golden_weight);
  for (const at::Tensor& mask : {clips.mask, at::Tensor(), causal_mask(5)}) {
    const at::Tensor expected = plain->forward(clips.x, clips.x, mask);
    EXPECT_TRUE(relaxed_attention(0)->forward(clips.x, clips.x, mask).equal(expected));
  }
}

TEST(RelaxedAttentionTest, GammaOneIsTheMeanOfTheValidValues) {
  const Clips clips;
  MultiHeadAttention attention = relaxed_attention(1);
  const at::Tensor out = attention->forward(clips.x, clips.x, clips.mask);
  for (int64_t b = 0; b < 2; ++b) {
    const at::Tensor valid = clips.x[b].narrow(0, 0, b == 0 ? 5 : 3);
    const at::Tensor mean = attention->linear_v->forward(valid).mean(0, /*keepdim=*/true);
    tests::expect_near(out[b], attention->linear_out->forward(mean).expand({5, kWidth}), 1e-6);
  }
}

TEST(RelaxedAttentionTest, GammaOneUnderACausalMaskIsTheMeanOfThePrefix) {
  const Clips clips;
  MultiHeadAttention attention = relaxed_attention(1);
  const at::Tensor out = attention->forward(clips.x, clips.x, causal_mask(5));
  const at::Tensor values = attention->linear_v->forward(clips.x);
  for (int64_t i = 0; i < 5; ++i) {
    const at::Tensor mean = values.narrow(1, 0, i + 1).mean(1);
    tests::expect_near(out.select(1, i), attention->linear_out->forward(mean), 1e-6);
  }
}

TEST(RelaxedAttentionTest, TheShortcutEqualsExplicitWeights) {
  const Clips clips;
  for (const at::Tensor& mask : {clips.mask, causal_mask(5)}) {
    for (const double gamma : {0.1, 0.35, 1.0}) {
      MultiHeadAttention attention = relaxed_attention(gamma);
      const at::Tensor expected = by_explicit_weights(*attention, clips.x, mask, gamma);
      tests::expect_near(attention->forward(clips.x, clips.x, mask), expected, 1e-6);
      // Dropout too rare to strike takes the way that forms the weights.
      tests::expect_near(
          relaxed_attention(gamma, 1e-12)->forward(clips.x, clips.x, mask), expected, 1e-6);
    }
  }
}

TEST(RelaxedAttentionTest, WeightsOfARowSumToOne) {
  const at::NoGradGuard no_grad;
  const Clips clips;
  const at::Tensor causal = causal_mask(5).logical_and(clips.mask);
  for (const double dropout : {0.0, 1e-12}) {
    for (const at::Tensor& mask : {clips.mask, at::Tensor(), causal}) {
      MultiHeadAttention attention = relaxed_attention(0.35, dropout);
      attention->linear_v->weight.zero_();
      attention->linear_v->bias.fill_(1);  // every value is 1, so that the sum of weights comes out
      attention->linear_out->weight.copy_(at::eye(kWidth));
      attention->linear_out->bias.zero_();
      tests::expect_near(
          attention->forward(clips.x, clips.x, mask), at::ones({2, 5, kWidth}), 1e-6);
    }
  }
}

TEST(RelaxedAttentionTest, NothingToSeeGivesTheBias) {
  const Clips clips;
  const at::Tensor nothing = at::zeros({2, 1, 5}, at::kBool);
  for (const double dropout : {0.0, 1e-12}) {
    MultiHeadAttention attention = relaxed_attention(0.35, dropout);
    tests::expect_near(
        attention->forward(clips.x, clips.x, nothing),
        attention->linear_out->bias.expand({2, 5, kWidth}),
        0);
  }
}

TEST(RelaxedAttentionTest, PaddingChangesNothing) {
  const Clips clips;
  for (const double dropout : {0.0, 1e-12}) {
    MultiHeadAttention attention = relaxed_attention(0.35, dropout);
    const at::Tensor together = attention->forward(clips.x, clips.x, clips.mask);
    const at::Tensor shorter = clips.x.narrow(0, 1, 1).narrow(1, 0, 3);
    tests::expect_near(together[1].narrow(0, 0, 3), attention->forward(shorter, shorter)[0], 1e-6);
  }
}

TEST(RelaxedAttentionTest, EvaluationIsPlainUnlessMatched) {
  const Clips clips;
  const auto run = [&](MultiHeadAttention attention, bool training) {
    attention->train(training);
    return attention->forward(clips.x, clips.x, clips.mask);
  };
  const at::Tensor plain = run(relaxed_attention(0), false);
  const at::Tensor relaxed = run(relaxed_attention(0.35), true);
  EXPECT_FALSE(at::allclose(relaxed, plain, 1e-3, 1e-3));
  EXPECT_TRUE(run(relaxed_attention(0.35), false).equal(plain));
  EXPECT_TRUE(run(relaxed_attention(0.35, 0, 0, true), false).equal(relaxed));
}

TEST(RelaxedAttentionTest, GradientsOfEachWay) {
  const Clips clips;
  const at::Tensor x = clips.x.to(at::kDouble);
  const auto expect_gradients = [&](MultiHeadAttention attention) {
    attention->to(at::kDouble);
    tests::expect_gradients(*attention, [&] {
      at::manual_seed(43);  // the same gamma and the same dropout at every call
      return attention->forward(x, x, clips.mask).square().sum();
    });
  };
  expect_gradients(relaxed_attention(0.35));
  expect_gradients(relaxed_attention(0.35, 0.3));
  expect_gradients(relaxed_attention(0.35, 0, 0.2));
  expect_gradients(relaxed_attention(1));
}

}  // namespace
}  // namespace sotto::encoders
