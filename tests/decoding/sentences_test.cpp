#include "decoding/sentences.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace sotto::decoding {
namespace {

TEST(SentencesTest, PaddedOnBothSides) {
  const PaddedSentences padded = pad_sentences({{3, 5}, {}}, 9);
  EXPECT_TRUE(padded.input.equal(at::tensor({8, 3, 5, 8, 8, 8}, at::kLong).view({2, 3})));
  EXPECT_TRUE(padded.next.equal(at::tensor({3, 5, 8, 8, -1, -1}, at::kLong).view({2, 3})));
}

TEST(SentencesTest, Backwards) {
  EXPECT_EQ(reversed({{1, 2, 3}, {4}}), (Sentences{{3, 2, 1}, {4}}));
}

}  // namespace
}  // namespace sotto::decoding
