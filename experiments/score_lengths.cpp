#include "experiments/score_lengths.h"

#include <array>

#include "common/format_text.h"

namespace sotto::experiments {
namespace {

constexpr std::array<double, 6> kEnds = {
    1, 2, 4, 8, 16, 1e300};  // seconds, the end belongs to the next

size_t place_of(double seconds) {
  if (seconds <= 0) {
    return kEnds.size();
  }
  size_t place = 0;
  while (seconds >= kEnds[place]) {
    ++place;
  }
  return place;
}

std::string name_of(size_t place) {
  if (place == kEnds.size()) {
    return "unknown";
  }
  const double start = place == 0 ? 0 : kEnds[place - 1];
  return place + 1 == kEnds.size() ? format_text("%g s and more", start)
                                   : format_text("%g to %g s", start, kEnds[place]);
}

}  // namespace

std::vector<ScoreRow> length_rows(const ScoreReport& report, ScoreUnit unit) {
  std::array<ScoreRow, kEnds.size() + 1> all;
  for (const ClipScore& clip : report.clips) {
    all[place_of(clip.seconds)].add(clip.counts(unit));
  }
  std::vector<ScoreRow> rows;
  for (size_t place = 0; place < all.size(); ++place) {
    if (all[place].sentences > 0) {
      all[place].name = name_of(place);
      rows.push_back(all[place]);
    }
  }
  return rows;
}

}  // namespace sotto::experiments
