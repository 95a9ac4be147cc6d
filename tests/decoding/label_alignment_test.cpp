#include "decoding/label_alignment.h"

#include <cmath>
#include <functional>

#include "tests/tensors.h"

namespace sotto::decoding {
namespace {

TEST(LabelAlignmentTest, WordsBetweenSilences) {
  // silence, word 1, word 1, word 2 at once, silence, word 3, silence
  const at::Tensor labels = tests::table({{0.7, 0.1, 0.1, 0.1},
                                          {0.2, 0.6, 0.1, 0.1},
                                          {0.1, 0.5, 0.3, 0.1},
                                          {0.1, 0.1, 0.7, 0.1},
                                          {0.6, 0.1, 0.2, 0.1},
                                          {0.1, 0.1, 0.1, 0.7},
                                          {0.8, 0.1, 0.0, 0.1}})
                                .log();
  const std::vector<TokenSpan> spans = align_labels(labels, {1, 2, 3});
  ASSERT_EQ(spans.size(), 3U);
  const int64_t first[] = {1, 3, 5};
  const int64_t last[] = {2, 3, 5};
  const double posterior[] = {0.55, 0.7, 0.7};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(spans[i].token, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(spans[i].first_frame, first[i]);
    EXPECT_EQ(spans[i].last_frame, last[i]);
    EXPECT_NEAR(spans[i].posterior, posterior[i], 1e-6);
  }
}

/// The best sum over all ways to give words frames in order, with silence anywhere.
double best_by_force(const at::Tensor& labels, const std::vector<int64_t>& words) {
  const auto values = labels.accessor<float, 2>();
  const std::function<double(int64_t, size_t, bool)> best =
      [&](int64_t t, size_t word, bool inside) -> double {
    if (t == labels.size(0)) {
      return word + (inside ? 1 : 0) == words.size() ? 0.0 : -INFINITY;
    }
    // Silence, which ends a word; the word going on; the next word beginning.
    double most = values[t][0] + best(t + 1, word + (inside ? 1 : 0), false);
    if (inside) {
      most = std::max(most, values[t][words[word]] + best(t + 1, word, true));
    }
    const size_t next = word + (inside ? 1 : 0);
    if (next < words.size() && (!inside || words[next] != words[word])) {
      most = std::max(most, values[t][words[next]] + best(t + 1, next, true));
    }
    return most;
  };
  return best(0, 0, false);
}

TEST(LabelAlignmentTest, FindsTheBestOfAllWays) {
  at::manual_seed(8);
  for (int trial = 0; trial < 20; ++trial) {
    const at::Tensor labels = (at::randn({7, 4}) * 2).log_softmax(1);
    const auto values = labels.accessor<float, 2>();
    for (const std::vector<int64_t>& words :
         std::vector<std::vector<int64_t>>{{1}, {3, 1}, {2, 2}, {1, 2, 3}}) {
      const std::vector<TokenSpan> spans = align_labels(labels, words);
      double sum = 0;
      size_t next = 0;
      for (int64_t t = 0; t < 7; ++t) {
        while (next < spans.size() && spans[next].last_frame < t) {
          ++next;
        }
        const bool inside = next < spans.size() && spans[next].first_frame <= t;
        sum += values[t][inside ? words[next] : 0];
      }
      EXPECT_NEAR(sum, best_by_force(labels, words), 1e-5);
    }
  }
}

TEST(LabelAlignmentTest, AWordWithoutAClassTakesWhatOthersLeave) {
  const at::Tensor labels = tests::table({{0.9, 0.04, 0.03, 0.03},
                                          {0.1, 0.8, 0.05, 0.05},
                                          {0.1, 0.1, 0.1, 0.7},
                                          {0.1, 0.1, 0.1, 0.7},
                                          {0.1, 0.05, 0.8, 0.05},
                                          {0.9, 0.04, 0.03, 0.03}})
                                .log();
  const std::vector<TokenSpan> spans = align_labels(labels, {1, kNoClass, 2});
  EXPECT_EQ(spans[0].first_frame, 1);
  EXPECT_EQ(spans[0].last_frame, 1);
  EXPECT_EQ(spans[1].token, kNoClass);
  EXPECT_EQ(spans[1].first_frame, 2);
  EXPECT_EQ(spans[1].last_frame, 3);
  EXPECT_NEAR(spans[1].posterior, 0.35, 1e-6);
  EXPECT_EQ(spans[2].first_frame, 4);
  EXPECT_EQ(spans[2].last_frame, 4);
}

TEST(LabelAlignmentTest, TooFewFramesAndWrongClasses) {
  const at::Tensor labels = at::zeros({2, 4}).log_softmax(1);
  const std::vector<TokenSpan> spans = align_labels(labels, {1, 2, 3});
  ASSERT_EQ(spans.size(), 3U);
  for (const TokenSpan& span : spans) {
    EXPECT_LT(span.last_frame, 2);
    EXPECT_EQ(span.posterior, 0.0);
  }
  EXPECT_THROW(align_labels(labels, {4}), c10::Error);
  EXPECT_THROW(align_labels(labels, {0}), c10::Error);
  EXPECT_THROW(align_labels(at::zeros({2, 1}), {1}), c10::Error);
}

}  // namespace
}  // namespace sotto::decoding
