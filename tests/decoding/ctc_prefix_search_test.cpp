#include "decoding/ctc_prefix_search.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/decoding/all_paths.h"

namespace sotto::decoding {
namespace {

using Labels = std::vector<int64_t>;

at::Tensor seeded_emission(int64_t T, int64_t V) {
  at::manual_seed(7);
  return (at::randn({T, V}) * 1.5).log_softmax(1);
}

TEST(CtcPrefixSearchTest, WithAWideBeamItAddsUpAllPaths) {
  const at::Tensor emission = seeded_emission(5, 3);
  const auto expected = tests::sums_of_all_paths(emission, emission.size(1));
  const auto found = ctc_prefix_search(emission, 1000);
  ASSERT_EQ(found.size(), expected.size());
  for (const Hypothesis& hypothesis : found) {
    EXPECT_NEAR(std::exp(hypothesis.score), expected.at(hypothesis.labels()), 1e-6);
    EXPECT_EQ(hypothesis.parts.at("ctc"), hypothesis.score);
  }
  for (size_t n = 1; n < found.size(); ++n) {
    EXPECT_GE(found[n - 1].score, found[n].score);
  }
}

TEST(CtcPrefixSearchTest, ANarrowBeamFindsNoBetter) {
  const at::Tensor emission = seeded_emission(8, 6);
  const auto wide = ctc_prefix_search(emission, 200);
  const auto narrow = ctc_prefix_search(emission, 2);
  ASSERT_EQ(narrow.size(), 2U);
  EXPECT_LE(narrow[0].score, wide[0].score + 1e-9);
}

TEST(CtcPrefixSearchTest, TheClassOfEosIsALabelLikeAnother) {
  at::Tensor emission = at::full({3, 4}, -10.0);
  emission[0][3] = 0;
  emission[1][1] = 0;
  emission[2][3] = 0;
  const auto found = ctc_prefix_search(emission, 4);
  EXPECT_EQ(found.at(0).labels(), (Labels{3, 1, 3}));
}

TEST(CtcPrefixSearchTest, ARepetitionNeedsABlank) {
  at::Tensor emission = at::full({3, 3}, -20.0);
  emission[0][1] = 0;
  emission[1][0] = 0;
  emission[2][1] = 0;
  EXPECT_EQ(ctc_prefix_search(emission, 3).at(0).labels(), (Labels{1, 1}));
  emission[1][0] = -20;
  emission[1][1] = 0;
  EXPECT_EQ(ctc_prefix_search(emission, 3).at(0).labels(), (Labels{1}));
}

}  // namespace
}  // namespace sotto::decoding
