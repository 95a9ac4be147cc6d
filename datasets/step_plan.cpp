#include "datasets/step_plan.h"

#include <algorithm>
#include <numeric>

namespace sotto::datasets {
namespace {

constexpr size_t kSortedTogether = 256;  // clips shuffled first, then sorted by length in groups

Members all(const std::vector<int64_t>& frames) {
  Members members(frames.size());
  std::iota(members.begin(), members.end(), 0);
  return members;
}

std::vector<Members> fixed_steps(
    const std::vector<int64_t>& frames, int64_t budget, int64_t buckets) {
  const auto [shortest, longest] = std::minmax_element(frames.begin(), frames.end());
  const int64_t range = *longest - *shortest + 1;
  std::vector<Members> by_length(static_cast<size_t>(buckets));
  for (const size_t member : all(frames)) {
    by_length[static_cast<size_t>((frames[member] - *shortest) * buckets / range)].push_back(member);
  }
  std::vector<Members> steps;
  for (Members& bucket : by_length) {
    std::stable_sort(bucket.begin(), bucket.end(), [&](size_t a, size_t b) {
      return frames[a] > frames[b];
    });
    for (Members& step : pack(bucket, frames, budget)) {
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

bool fit(const std::vector<Members>& shares, const std::vector<int64_t>& frames, int64_t budget) {
  return std::all_of(shares.begin(), shares.end(), [&](const Members& share) {
    return share.size() <= 1 || pack(share, frames, budget).size() == 1;
  });
}

}  // namespace

std::vector<Members> pack(
    const Members& order, const std::vector<int64_t>& frames, int64_t budget) {
  std::vector<Members> steps;
  int64_t longest = 0;
  for (const size_t member : order) {
    const int64_t with_member = std::max(longest, frames[member]);
    const bool fits = !steps.empty() &&
                      with_member * static_cast<int64_t>(steps.back().size() + 1) <= budget;
    if (!fits) {
      steps.emplace_back();
      longest = 0;
    }
    steps.back().push_back(member);
    longest = std::max(longest, frames[member]);
  }
  return steps;
}

std::vector<Members> plan_steps(
    const std::vector<int64_t>& frames, int64_t budget, int64_t buckets, Random& random) {
  std::vector<Members> steps;
  if (buckets > 0 && !frames.empty()) {
    steps = fixed_steps(frames, budget, buckets);
  } else {
    Members order = all(frames);
    shuffle(order, random);
    for (size_t begin = 0; begin < order.size(); begin += kSortedTogether) {
      const size_t end = std::min(order.size(), begin + kSortedTogether);
      std::stable_sort(
          order.begin() + static_cast<std::ptrdiff_t>(begin),
          order.begin() + static_cast<std::ptrdiff_t>(end),
          [&](size_t a, size_t b) { return frames[a] > frames[b]; });
    }
    steps = pack(order, frames, budget);
  }
  shuffle(steps, random);
  return steps;
}

std::vector<Members> deal(
    const Members& step, const std::vector<int64_t>& frames, int64_t processes, int64_t budget) {
  if (processes == 1 && (budget == 0 || fit({step}, frames, budget))) {
    return {step};
  }
  Members sorted = step;
  std::stable_sort(sorted.begin(), sorted.end(), [&](size_t a, size_t b) {
    return frames[a] > frames[b];
  });
  for (size_t passes = 1;; ++passes) {
    std::vector<Members> shares(passes * static_cast<size_t>(processes));
    for (size_t i = 0; i < sorted.size(); ++i) {
      shares[i % shares.size()].push_back(sorted[i]);
    }
    if (budget == 0 || shares.size() >= sorted.size() || fit(shares, frames, budget)) {
      return shares;
    }
  }
}

}  // namespace sotto::datasets
