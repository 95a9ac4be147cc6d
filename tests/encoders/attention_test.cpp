#include "encoders/attention.h"

#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

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
  SelfAttention relative(8, 2, 0.0);
  relative->linear_pos->weight.zero_();
  relative->pos_bias_u.zero_();
  MultiHeadAttention plain(8, 2, 0.0);
  for (const auto& parameter : plain->named_parameters()) {
    at::Tensor target = parameter.value();
    target.copy_(relative->named_parameters()[parameter.key()]);
  }
  const at::Tensor x = at::randn({2, 5, 8});
  const at::Tensor positions = position_table(PositionScheme::kRelative, 5, 8, x.options());
  tests::expect_near(
      relative->forward(x, positions, {}, Lengths::full(2, 5)), plain->forward(x, x), 1e-6);
}

}  // namespace
}  // namespace sotto::encoders
