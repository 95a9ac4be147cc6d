#include "common/kernels/large_blocks.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace sotto {
namespace {

constexpr int64_t kMiB = 1 << 20;

at::Tensor of(int64_t mib) {
  return at::empty({mib * kMiB}, at::kByte);
}

TEST(LargeBlocksTest, FreedBlocksAreTakenAgainAndBounded) {
  keep_large_blocks();
  const int64_t before = LargeBlocks::now().in_use;
  const void* first = nullptr;
  {
    const at::Tensor large = of(20);
    large.fill_(7);
    first = large.data_ptr();
    EXPECT_EQ(LargeBlocks::now().in_use, before + 20 * kMiB);
    const at::Tensor small = at::empty({1000});
    EXPECT_EQ(LargeBlocks::now().in_use, before + 20 * kMiB);
  }
  EXPECT_EQ(LargeBlocks::now().in_use, before);
  EXPECT_GE(LargeBlocks::now().kept, 20 * kMiB);
  {
    const at::Tensor again = of(19);  // rounded up to an eighth of 16: 20
    EXPECT_EQ(again.data_ptr(), first);
    const at::Tensor other = of(20);
    EXPECT_NE(other.data_ptr(), first);
  }
  for (int64_t mib = 2; mib < 40; mib += 3) {
    of(mib);
    const LargeBlocks now = LargeBlocks::now();
    EXPECT_LE(now.in_use + now.kept, now.peak + now.peak / 2);
  }
  LargeBlocks::release();
  EXPECT_EQ(LargeBlocks::now().kept, 0);
  // Tensors work as ever: resized, moved, grown.
  at::Tensor x = at::arange(kMiB, at::kFloat);
  x.resize_({3 * kMiB});
  EXPECT_EQ(x[kMiB - 1].item<float>(), static_cast<float>(kMiB - 1));
  EXPECT_EQ(at::cat({x, x}).numel(), 6 * kMiB);
}

}  // namespace
}  // namespace sotto
