#include "experiments/score_errors.h"

#include <algorithm>
#include <map>

#include "common/format_text.h"

namespace sotto::experiments {
namespace {

constexpr size_t kLongestCircle = 8;  // units
constexpr size_t kLoop = 3;           // times that they are said
constexpr size_t kMore = 2;           // times more than in the reference

using Units = std::vector<std::string>;

/// How often the `length` units at `start` follow each other from there on.
size_t times_at(const Units& units, size_t start, size_t length) {
  size_t end = start + length;
  while (end < units.size() && units[end] == units[end - length]) {
    ++end;
  }
  return (end - start) / length;
}

/// The most that these units follow each other anywhere.
size_t times_in(const Units& units, const Units& circle) {
  size_t most = 0;
  for (size_t i = 0; i + circle.size() <= units.size(); ++i) {
    if (std::equal(circle.begin(), circle.end(), units.begin() + static_cast<std::ptrdiff_t>(i))) {
      most = std::max(most, times_at(units, i, circle.size()));
    }
  }
  return most;
}

std::string shown(const std::string& unit) {
  return unit.empty() ? "*" : unit == " " ? "_" : unit;
}

}  // namespace

bool has_loop(const Units& reference, const Units& hypothesis) {
  for (size_t length = 1; length <= kLongestCircle; ++length) {
    for (size_t i = 0; i + kLoop * length <= hypothesis.size(); ++i) {
      const size_t times = times_at(hypothesis, i, length);
      if (times < kLoop) {
        continue;
      }
      const auto begin = hypothesis.begin() + static_cast<std::ptrdiff_t>(i);
      const Units circle(begin, begin + static_cast<std::ptrdiff_t>(length));
      if (times >= times_in(reference, circle) + kMore) {
        return true;
      }
    }
  }
  return false;
}

ErrorKinds find_errors(
    const std::vector<ScoredText>& texts,
    ScoreUnit unit,
    const ScoreOptions& options,
    size_t most) {
  ErrorKinds kinds;
  std::map<std::pair<std::string, std::string>, int64_t> counts;
  for (const ScoredText& text : texts) {
    const Units reference = score_units(text.reference, unit, options);
    const Units hypothesis = score_units(text.hypothesis, unit, options);
    kinds.empty += !reference.empty() && hypothesis.empty() ? 1 : 0;
    kinds.loops += has_loop(reference, hypothesis) ? 1 : 0;
    for (const AlignedUnit& column : align_edits(reference, hypothesis, options.costs)) {
      if (column.reference != column.hypothesis) {
        ++counts[{column.reference, column.hypothesis}];
      }
    }
  }
  for (const auto& [pair, count] : counts) {
    kinds.confusions.push_back({pair.first, pair.second, count});
  }
  std::stable_sort(
      kinds.confusions.begin(), kinds.confusions.end(), [](const Confusion& a, const Confusion& b) {
        return a.count > b.count;
      });
  kinds.confusions.resize(std::min(kinds.confusions.size(), most));
  return kinds;
}

std::string format_confusions(const std::vector<Confusion>& confusions, size_t most) {
  std::string text;
  for (size_t i = 0; i < std::min(most, confusions.size()); ++i) {
    const Confusion& confusion = confusions[i];
    text += format_text(
        "%6lld  %s > %s\n",
        static_cast<long long>(confusion.count),
        shown(confusion.reference).c_str(),
        shown(confusion.hypothesis).c_str());
  }
  return text;
}

}  // namespace sotto::experiments
