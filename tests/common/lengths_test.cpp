#include "common/lengths.h"

#include "tests/tensors.h"

namespace sotto {
namespace {

TEST(LengthsTest, MaskOfValidFrames) {
  const Lengths lengths({3, 1}, 3);
  EXPECT_TRUE(lengths.ragged());
  EXPECT_EQ(lengths.batch(), 2);
  const at::Tensor expected = at::tensor({1, 1, 1, 1, 0, 0}).view({2, 3}).to(at::kBool);
  EXPECT_TRUE(lengths.valid_mask(at::kCPU).equal(expected));
  EXPECT_TRUE(lengths.tensor().equal(at::tensor({3, 1}, at::kLong)));
}

TEST(LengthsTest, PaddingBecomesZeroAtEveryRate) {
  const Lengths lengths({2, 1}, 2);
  const at::Tensor x = at::ones({2, 3, 4});  // two positions a frame along the last dimension
  const at::Tensor clean = lengths.zero_padding(x, 2, 2);
  EXPECT_TRUE(clean[0].equal(x[0]));
  EXPECT_TRUE(clean[1].narrow(1, 0, 2).equal(at::ones({3, 2})));
  EXPECT_TRUE(clean[1].narrow(1, 2, 2).equal(at::zeros({3, 2})));
}

TEST(LengthsTest, NothingToDoWhereNothingIsPadded) {
  const at::Tensor x = at::ones({2, 4});
  const Lengths lengths = Lengths::full(2, 4);
  EXPECT_FALSE(lengths.ragged());
  EXPECT_TRUE(lengths.zero_padding(x, 1).is_same(x));
}

TEST(LengthsTest, LeakyLengthsLeavePaddingInPlace) {
  const at::Tensor x = at::ones({2, 3});
  const Lengths lengths({3, 1}, 3);
  const Lengths leaky = lengths.leaky();
  EXPECT_TRUE(leaky.leaks());
  EXPECT_FALSE(lengths.leaks());
  EXPECT_TRUE(leaky.zero_padding(x, 1).is_same(x));
  // All else is as it was: attention still hides padding.
  EXPECT_TRUE(leaky.ragged());
  EXPECT_EQ(leaky.frames(), lengths.frames());
  EXPECT_TRUE(leaky.valid_mask(at::kCPU).equal(lengths.valid_mask(at::kCPU)));
}

TEST(LengthsTest, RefusesImpossibleLengths) {
  EXPECT_THROW(Lengths({0}, 2), c10::Error);
  EXPECT_THROW(Lengths({3}, 2), c10::Error);
}

}  // namespace
}  // namespace sotto
