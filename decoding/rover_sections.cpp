#include "decoding/rover_sections.h"

#include <algorithm>
#include <optional>

namespace sotto::decoding {
namespace {

constexpr double kPause = 1.0;            // seconds
constexpr double kEndOfTime = 9999999.9;  // seconds

struct Gap {
  double begin;
  double end;
};

Gap gap_after(const std::vector<Word>& words, size_t i) {
  return {words[i].end, i + 1 < words.size() ? words[i + 1].start : kEndOfTime};
}

/// The first word from `begin` on whose following gap overlaps with the pause, which shrinks to
/// the overlap.
std::optional<size_t> word_before(const std::vector<Word>& words, size_t begin, Gap& pause) {
  for (size_t i = begin; i < words.size(); ++i) {
    const Gap gap = gap_after(words, i);
    const Gap common = {std::max(pause.begin, gap.begin), std::min(pause.end, gap.end)};
    if (common.end - common.begin > 0) {
      pause = common;
      return i;
    }
  }
  return std::nullopt;
}

/// The ends of a section that begins at `begin` if the first system's word `last` is its last.
std::optional<std::vector<size_t>> ends_at(
    const std::vector<std::vector<Word>>& systems, const std::vector<size_t>& begin, size_t last) {
  Gap pause = gap_after(systems[0], last);
  if (!(pause.end > pause.begin + kPause)) {
    return std::nullopt;
  }
  std::vector<size_t> end = {last + 1};
  for (size_t k = 1; k < systems.size(); ++k) {
    if (begin[k] == systems[k].size()) {
      end.push_back(begin[k]);
      continue;
    }
    const std::optional<size_t> before = word_before(systems[k], begin[k], pause);
    if (!before) {
      return std::nullopt;
    }
    end.push_back(*before + 1);
  }
  return end;
}

std::vector<size_t> next_ends(
    const std::vector<std::vector<Word>>& systems, const std::vector<size_t>& begin) {
  for (size_t last = begin[0]; last < systems[0].size(); ++last) {
    if (std::optional<std::vector<size_t>> end = ends_at(systems, begin, last)) {
      return std::move(*end);
    }
  }
  std::vector<size_t> rest;
  for (const std::vector<Word>& words : systems) {
    rest.push_back(words.size());
  }
  return rest;
}

}  // namespace

std::vector<RoverSection> rover_sections(const std::vector<std::vector<Word>>& systems) {
  std::vector<RoverSection> sections;
  if (systems.empty()) {
    return sections;
  }
  std::vector<size_t> begin(systems.size(), 0);
  const auto words_left = [&] {
    for (size_t k = 0; k < systems.size(); ++k) {
      if (begin[k] < systems[k].size()) {
        return true;
      }
    }
    return false;
  };
  while (words_left()) {
    std::vector<size_t> end = next_ends(systems, begin);
    sections.push_back({begin, end});
    begin = std::move(end);
  }
  return sections;
}

}  // namespace sotto::decoding
