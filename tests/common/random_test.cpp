#include "common/random.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(RandomTest, IsSplitMix64) {
  // The published first outputs of SplitMix64 for seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
  EXPECT_EQ(random.next(), 9817491932198370423ULL);
  EXPECT_EQ(random.next(), 4593380528125082431ULL);
  EXPECT_EQ(random.next(), 16408922859458223821ULL);
}

TEST(RandomTest, NamesHashAsFnv1a) {
  EXPECT_EQ(name_hash(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(name_hash("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(name_hash("foobar"), 0x85944171f73967e8ULL);
}

TEST(RandomTest, StreamsDifferBySeedEpochAndName) {
  std::set<uint64_t> firsts;
  for (uint64_t seed = 0; seed < 4; ++seed) {
    for (uint64_t epoch = 0; epoch < 4; ++epoch) {
      for (const char* name : {"s1/a", "s1/b", "s2/a"}) {
        Random random(seed, epoch, name);
        Random again(seed, epoch, name);
        EXPECT_EQ(random.state(), again.state());
        firsts.insert(random.next());
      }
    }
  }
  EXPECT_EQ(firsts.size(), 48U);
}

TEST(RandomTest, UniformStaysInsideAndFillsTheRange) {
  Random random(7);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.uniform(-2, 4);
    ASSERT_GE(value, -2);
    ASSERT_LT(value, 4);
    sum += value;
  }
  EXPECT_NEAR(sum / 10000, 1.0, 0.06);
}

TEST(RandomTest, BelowReachesEveryNumberAndNoOther) {
  Random random(7);
  std::vector<int> counts(6);
  for (int i = 0; i < 6000; ++i) {
    const int64_t drawn = random.below(6);
    ASSERT_GE(drawn, 0);
    ASSERT_LT(drawn, 6);
    ++counts[static_cast<size_t>(drawn)];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 1000, 120);
  }
  EXPECT_EQ(random.below(1), 0);
}

TEST(RandomTest, ChanceZeroNeverAndOneAlways) {
  Random random(7);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
  }
}

}  // namespace
}  // namespace sotto
