#include "encoders/attention.h"

#include "common/lengths.h"
#include "encoders/positions.h"
#include "tests/gradients.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

TEST(RelativeShiftTest, PairsQueryAndKeyByDistance) {
  const int64_t T = 4;
  const at::Tensor scores = at::arange(2 * T * (2 * T - 1), at::kFloat).view({2, T, 2 * T - 1});
  const at::Tensor shifted = relative_shift(scores);
  ASSERT_EQ(shifted.sizes(), (std::vector<int64_t>{2, T, T}));
  for (int64_t i = 0; i < T; ++i) {
    for (int64_t j = 0; j < T; ++j) {
      EXPECT_TRUE(
          shifted.select(1, i).select(1, j).equal(scores.select(1, i).select(1, T - 1 - i + j)));
    }
  }
}

TEST(SinusoidsTest, AreThePositionsAskedFor) {
  const at::Tensor all = sinusoids(0, 1, 10, 8, at::kFloat);
  EXPECT_TRUE(sinusoids(3, 1, 4, 8, at::kFloat).equal(all.narrow(0, 3, 4)));
  EXPECT_TRUE(sinusoids(9, -1, 10, 8, at::kFloat).equal(all.flip(0)));
  EXPECT_EQ(sinusoids(0, 1, 3, 8, at::kDouble).scalar_type(), at::kDouble);
}

TEST(MultiHeadAttentionTest, MaskedKeysDoNotCount) {
  at::manual_seed(1);
  MultiHeadAttention attention(8, 2, 0.0);
  const at::Tensor x = at::randn({2, 5, 8});
  const at::Tensor mask = at::tensor({1, 1, 1, 0, 0}).view({1, 1, 5}).to(at::kBool);
  tests::expect_near(
      attention->forward(x, x, mask), attention->forward(x, x.narrow(1, 0, 3)), 1e-6);
}

TEST(MultiHeadAttentionTest, NothingToSeeGivesTheBias) {
  MultiHeadAttention attention(8, 2, 0.0);
  const at::Tensor x = at::randn({1, 3, 8});
  const at::Tensor out = attention->forward(x, x, at::zeros({1, 1, 3}, at::kBool));
  tests::expect_near(out, attention->linear_out->bias.expand({1, 3, 8}), 0);
}

TEST(MultiHeadAttentionTest, RefusesAnOddWidth) {
  EXPECT_THROW(MultiHeadAttention(9, 2, 0.0), c10::Error);
}

TEST(RelativeAttentionTest, WithoutPositionsItIsPlainAttention) {
  at::manual_seed(2);
  const at::NoGradGuard no_grad;
  RelativeAttention relative(8, 2, 0.0);
  relative->linear_pos->weight.zero_();
  relative->pos_bias_u.zero_();
  MultiHeadAttention plain(8, 2, 0.0);
  for (const auto& parameter : plain->named_parameters()) {
    at::Tensor target = parameter.value();
    target.copy_(relative->named_parameters()[parameter.key()]);
  }
  const at::Tensor x = at::randn({2, 5, 8});
  tests::expect_near(
      relative->forward(x, relative_positions(5, 8, x.options()), {}), plain->forward(x, x), 1e-6);
}

TEST(RelativeAttentionTest, Gradients) {
  at::manual_seed(3);
  RelativeAttention attention(4, 2, 0.0);
  attention->to(at::kDouble);
  const at::Tensor x = at::randn({2, 3, 4}, at::kDouble);
  const at::Tensor mask = Lengths({3, 2}, 3).valid_mask(at::kCPU).unsqueeze(1);
  tests::expect_gradients(*attention, [&] {
    return attention->forward(x, relative_positions(3, 4, x.options()), mask).square().sum();
  });
}

}  // namespace
}  // namespace sotto::encoders
