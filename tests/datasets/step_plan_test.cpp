#include "datasets/step_plan.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace sotto::datasets {
namespace {

std::vector<int64_t> lengths_of(size_t count) {
  Random random(5);
  std::vector<int64_t> frames;
  for (size_t i = 0; i < count; ++i) {
    frames.push_back(20 + random.below(80));
  }
  return frames;
}

int64_t padded(const Members& members, const std::vector<int64_t>& frames) {
  int64_t longest = 0;
  for (const size_t member : members) {
    longest = std::max(longest, frames[member]);
  }
  return longest * static_cast<int64_t>(members.size());
}

TEST(StepPlanTest, PacksNeighboursUpToTheBudget) {
  const std::vector<int64_t> frames = {10, 10, 30, 5, 200, 1};
  EXPECT_EQ(
      pack({0, 1, 2, 3, 4, 5}, frames, 60),
      (std::vector<Members>{{0, 1}, {2, 3}, {4}, {5}}));
  EXPECT_TRUE(pack({}, frames, 60).empty());
}

TEST(StepPlanTest, EveryClipStandsInOneStep) {
  const auto frames = lengths_of(700);
  for (const int64_t buckets : {0, 1, 12, 400}) {
    Random random(9);
    std::set<size_t> seen;
    for (const Members& step : plan_steps(frames, 500, buckets, random)) {
      EXPECT_LE(padded(step, frames), 500);
      for (const size_t member : step) {
        EXPECT_TRUE(seen.insert(member).second);
      }
    }
    EXPECT_EQ(seen.size(), 700U);
  }
  Random random(9);
  EXPECT_TRUE(plan_steps({}, 500, 7, random).empty());
}

TEST(StepPlanTest, BucketsKeepTheirStepsInEveryEpoch) {
  const auto frames = lengths_of(300);
  const auto contents = [&](int64_t buckets, uint64_t epoch) {
    Random random(1, epoch, "order");
    auto steps = plan_steps(frames, 400, buckets, random);
    const Members first = steps.front();
    return std::make_pair(std::set<Members>(steps.begin(), steps.end()), first);
  };
  EXPECT_EQ(contents(10, 1).first, contents(10, 2).first);
  EXPECT_NE(contents(10, 1).second, contents(10, 2).second);
  EXPECT_NE(contents(0, 1).first, contents(0, 2).first);
  // No step of ten ranges, 8 wide, spans more than one of them.
  for (const Members& step : contents(10, 1).first) {
    EXPECT_TRUE(std::is_sorted(step.begin(), step.end(), [&](size_t a, size_t b) {
      return frames[a] > frames[b];
    }));
    EXPECT_LT(frames[step.front()] - frames[step.back()], 8);
  }
}

TEST(StepPlanTest, DealsByLength) {
  const std::vector<int64_t> frames = {10, 50, 20, 40, 30};
  EXPECT_EQ(deal({0, 1, 2, 3, 4}, frames, 1, 0), (std::vector<Members>{{0, 1, 2, 3, 4}}));
  EXPECT_EQ(deal({0, 1, 2, 3, 4}, frames, 2, 0), (std::vector<Members>{{1, 4, 0}, {3, 2}}));
  // 150 and 80 padded frames are too many for 100: two passes.
  EXPECT_EQ(deal({0, 1, 2, 3, 4}, frames, 2, 100), (std::vector<Members>{{1, 0}, {3}, {4}, {2}}));
  EXPECT_EQ(deal({2, 1}, frames, 3, 0), (std::vector<Members>{{1}, {2}, {}}));
  EXPECT_EQ(deal({1, 2}, frames, 1, 10), (std::vector<Members>{{1}, {2}}));  // too long for itself
}

TEST(StepPlanTest, SharesOfAnyNumberAreTheWholeStep) {
  const auto frames = lengths_of(37);
  Members step(37);
  for (size_t i = 0; i < step.size(); ++i) {
    step[i] = i;
  }
  for (const int64_t processes : {1, 2, 3, 4, 8, 64}) {
    for (const int64_t budget : {0, 50, 300, 1000}) {
      const auto shares = deal(step, frames, processes, budget);
      EXPECT_EQ(shares.size() % static_cast<size_t>(processes), 0U);
      Members all;
      size_t most = 0;
      size_t least = step.size();
      for (const Members& share : shares) {
        EXPECT_TRUE(budget == 0 || share.size() <= 1 || padded(share, frames) <= budget);
        most = std::max(most, share.size());
        least = std::min(least, share.size());
        all.insert(all.end(), share.begin(), share.end());
      }
      EXPECT_LE(most - least, 1U);
      std::sort(all.begin(), all.end());
      EXPECT_EQ(all, step);
    }
  }
}

}  // namespace
}  // namespace sotto::datasets
