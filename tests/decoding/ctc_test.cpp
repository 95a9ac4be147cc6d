#include "decoding/ctc.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace sotto::decoding {
namespace {

at::Tensor log_of(const std::vector<std::vector<double>>& rows) {
  std::vector<double> flat;
  for (const auto& row : rows) {
    flat.insert(flat.end(), row.begin(), row.end());
  }
  const auto T = static_cast<int64_t>(rows.size());
  return at::tensor(flat, at::kDouble).view({T, -1}).log().to(at::kFloat);
}

at::Tensor random_emission(int64_t T, int64_t V) {
  return (at::randn({T, V}) * 2).log_softmax(1);
}

TEST(GreedyCtcTest, CollapsesRepetitionsAndDropsBlanks) {
  const at::Tensor emission = log_of(
      {{0.1, 0.8, 0.1},
       {0.1, 0.6, 0.3},
       {0.9, 0.05, 0.05},
       {0.2, 0.7, 0.1},
       {0.2, 0.1, 0.7},
       {0.8, 0.1, 0.1}});
  const std::vector<TokenSpan> spans = greedy_ctc(emission);
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans[0].token, 1);
  EXPECT_EQ(spans[0].first_frame, 0);
  EXPECT_EQ(spans[0].last_frame, 1);
  EXPECT_NEAR(spans[0].posterior, 0.7, 1e-6);
  EXPECT_EQ(spans[1].token, 1);
  EXPECT_EQ(spans[1].first_frame, 3);
  EXPECT_EQ(spans[2].token, 2);
  EXPECT_EQ(spans[2].first_frame, 4);
  EXPECT_EQ(spans[2].last_frame, 4);
  EXPECT_NEAR(greedy_ctc_score(emission), std::log(0.8 * 0.6 * 0.9 * 0.7 * 0.7 * 0.8), 1e-5);
}

TEST(GreedyCtcTest, SilenceAndNothing) {
  EXPECT_TRUE(greedy_ctc(log_of({{0.9, 0.1}, {0.8, 0.2}})).empty());
  EXPECT_TRUE(greedy_ctc(at::empty({0, 5})).empty());
  EXPECT_EQ(greedy_ctc_score(at::empty({0, 5})), 0.0);
  EXPECT_THROW(greedy_ctc(at::empty({5})), c10::Error);
}

/// The most probable of all V^T frame labellings that collapse to `labels`.
double best_path_by_force(const at::Tensor& emission, const std::vector<int64_t>& labels) {
  const auto values = emission.accessor<float, 2>();
  std::vector<int64_t> path(emission.size(0), 0);
  double best = -INFINITY;
  const std::function<void(int64_t, double)> visit = [&](int64_t t, double sum) {
    if (t < emission.size(0)) {
      for (path[t] = 0; path[t] < emission.size(1); ++path[t]) {
        visit(t + 1, sum + values[t][path[t]]);
      }
      return;
    }
    std::vector<int64_t> collapsed;
    for (size_t i = 0; i < path.size(); ++i) {
      if (path[i] != 0 && (i == 0 || path[i] != path[i - 1])) {
        collapsed.push_back(path[i]);
      }
    }
    if (collapsed == labels) {
      best = std::max(best, sum);
    }
  };
  visit(0, 0.0);
  return best;
}

/// The probability of the alignment: the spans' tokens, blanks elsewhere.
double path_score(const at::Tensor& emission, const std::vector<TokenSpan>& spans) {
  const auto values = emission.accessor<float, 2>();
  double sum = 0;
  size_t next = 0;
  for (int64_t t = 0; t < emission.size(0); ++t) {
    while (next < spans.size() && spans[next].last_frame < t) {
      ++next;
    }
    const bool inside = next < spans.size() && spans[next].first_frame <= t;
    sum += values[t][inside ? spans[next].token : 0];
  }
  return sum;
}

TEST(AlignCtcTest, FindsTheBestOfAllPaths) {
  at::manual_seed(3);
  for (int trial = 0; trial < 20; ++trial) {
    const at::Tensor emission = random_emission(6, 3);
    for (const std::vector<int64_t>& labels :
         std::vector<std::vector<int64_t>>{{}, {1}, {2, 1}, {1, 1}, {1, 2, 2}, {2, 2, 2}}) {
      const std::vector<TokenSpan> spans = align_ctc(emission, labels);
      ASSERT_EQ(spans.size(), labels.size());
      for (size_t u = 0; u < labels.size(); ++u) {
        EXPECT_EQ(spans[u].token, labels[u]);
        EXPECT_GT(spans[u].posterior, 0.0);
      }
      EXPECT_NEAR(path_score(emission, spans), best_path_by_force(emission, labels), 1e-5);
    }
  }
}

TEST(AlignCtcTest, PartByPartItFindsTheBestOfAllPathsToo) {
  at::manual_seed(5);
  for (int trial = 0; trial < 3; ++trial) {
    const at::Tensor emission = random_emission(10, 3);  // parts of 9 frames and 1
    for (const std::vector<int64_t>& labels :
         std::vector<std::vector<int64_t>>{{}, {2, 1}, {1, 2, 2, 1}}) {
      const std::vector<TokenSpan> spans = align_ctc(emission, labels, 1);
      EXPECT_NEAR(path_score(emission, spans), best_path_by_force(emission, labels), 1e-5);
    }
  }
}

TEST(AlignCtcTest, PartByPartOrAtOnceIsTheSame) {
  at::manual_seed(6);
  for (const int64_t T : {1, 2, 7, 16, 17, 76, 400}) {
    const at::Tensor emission = random_emission(T, 6);
    std::vector<int64_t> labels;
    for (int64_t u = 0; 3 * u < T; ++u) {
      labels.push_back(1 + u * u % 5);
    }
    if (T < ctc_frames_needed(labels)) {
      labels.resize(1);
    }
    const std::vector<TokenSpan> at_once = align_ctc(emission, labels);
    for (const int64_t most_bytes : {int64_t{1}, 20 * static_cast<int64_t>(labels.size())}) {
      const std::vector<TokenSpan> parts = align_ctc(emission, labels, most_bytes);
      ASSERT_EQ(parts.size(), at_once.size());
      for (size_t u = 0; u < parts.size(); ++u) {
        EXPECT_EQ(parts[u].first_frame, at_once[u].first_frame) << T << " " << u;
        EXPECT_EQ(parts[u].last_frame, at_once[u].last_frame) << T << " " << u;
      }
    }
  }
}

TEST(AlignCtcTest, LabelsThatJustFit) {
  at::manual_seed(7);
  const std::vector<int64_t> labels = {1, 1, 2, 2, 2, 1};  // three neighbours are equal
  EXPECT_EQ(ctc_frames_needed(labels), 9);
  EXPECT_EQ(ctc_frames_needed({}), 0);
  const std::vector<TokenSpan> spans = align_ctc(random_emission(9, 3), labels);
  const int64_t frames[] = {0, 2, 3, 5, 7, 8};
  for (size_t u = 0; u < labels.size(); ++u) {
    EXPECT_EQ(spans[u].first_frame, frames[u]);
    EXPECT_EQ(spans[u].last_frame, frames[u]);
  }
}

TEST(AlignCtcTest, ThePathsLogProbabilities) {
  const at::Tensor emission =
      log_of({{0.5, 0.3, 0.2}, {0.1, 0.8, 0.1}, {0.1, 0.6, 0.3}, {0.4, 0.2, 0.4}, {0.2, 0.1, 0.7}});
  const std::vector<TokenSpan> spans = {{1, 1, 2, 0.7}, {2, 4, 4, 0.7}};
  const std::vector<double> path = path_log_probabilities(emission, spans);
  const double expected[] = {0.5, 0.8, 0.6, 0.4, 0.7};
  ASSERT_EQ(path.size(), 5U);
  for (size_t t = 0; t < 5; ++t) {
    EXPECT_NEAR(path[t], std::log(expected[t]), 1e-6);
  }
}

TEST(AlignCtcTest, GreedyLabelsAlignToTheGreedyPath) {
  at::manual_seed(4);
  const at::Tensor emission = random_emission(40, 6);
  const std::vector<TokenSpan> greedy = greedy_ctc(emission);
  std::vector<int64_t> labels;
  for (const TokenSpan& span : greedy) {
    labels.push_back(span.token);
  }
  const std::vector<TokenSpan> aligned = align_ctc(emission, labels);
  ASSERT_EQ(aligned.size(), greedy.size());
  for (size_t u = 0; u < greedy.size(); ++u) {
    EXPECT_EQ(aligned[u].first_frame, greedy[u].first_frame);
    EXPECT_EQ(aligned[u].last_frame, greedy[u].last_frame);
    EXPECT_DOUBLE_EQ(aligned[u].posterior, greedy[u].posterior);
  }
}

TEST(AlignCtcTest, TooFewFramesAreShared) {
  const at::Tensor emission = random_emission(3, 4);
  for (const std::vector<int64_t>& labels :
       std::vector<std::vector<int64_t>>{{1, 1, 1}, {1, 2, 3, 1, 2, 3, 1}}) {
    const std::vector<TokenSpan> spans = align_ctc(emission, labels);
    ASSERT_EQ(spans.size(), labels.size());
    for (const TokenSpan& span : spans) {
      EXPECT_GE(span.first_frame, 0);
      EXPECT_LE(span.first_frame, span.last_frame);
      EXPECT_LT(span.last_frame, 3);
      EXPECT_EQ(span.posterior, 0.0);
    }
  }
}

TEST(AlignCtcTest, ImpossibleFramesStillGiveAnAlignment) {
  at::Tensor emission = at::full({4, 3}, -INFINITY);
  emission.select(1, 0).zero_();
  const std::vector<TokenSpan> spans = align_ctc(emission, {2, 1});
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_LT(spans[0].last_frame, spans[1].first_frame);
  EXPECT_THROW(align_ctc(emission, {3}), c10::Error);
  EXPECT_THROW(align_ctc(at::empty({0, 3}), {1}), c10::Error);
}

}  // namespace
}  // namespace sotto::decoding
