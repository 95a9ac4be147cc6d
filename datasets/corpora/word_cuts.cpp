#include "datasets/corpora/word_cuts.h"

#include "common/format_text.h"

namespace sotto::datasets {
namespace {

constexpr double kPauseS = 0.4;

// Rounded down, as both peers do.
int64_t frame_at(double seconds) {
  return static_cast<int64_t>(seconds * static_cast<double>(kFramesPerSecond));
}

WordCut make_cut(size_t first, size_t last, double start_s, double end_s) {
  WordCut cut{first, last, frame_at(start_s), frame_at(end_s), ""};
  if (cut.end <= cut.begin) {
    cut.fault = format_text("its words end at %.2f s, no frame after its start", end_s);
  }
  return cut;
}

}  // namespace

std::vector<WordCut> cut_at_limit(const std::vector<WordTime>& words, double longest_s) {
  std::vector<WordCut> cuts;
  double start_s = 0;
  size_t first = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].end_s < start_s + longest_s) {
      continue;
    }
    if (i > first) {
      cuts.push_back(make_cut(first, i, start_s, words[i - 1].end_s));
    }
    start_s = words[i].start_s;
    first = i;
    if (words[i].end_s >= start_s + longest_s) {
      cuts.push_back(make_cut(i, i + 1, start_s, words[i].end_s));
      cuts.back().fault = format_text(
          "the word '%s' ends at %.2f s, beyond the limit of %.4g s after %.2f s",
          words[i].word.c_str(),
          words[i].end_s,
          longest_s,
          start_s);
      first = i + 1;
      start_s = first < words.size() ? words[first].start_s : 0;
    }
  }
  if (first < words.size()) {
    cuts.push_back(make_cut(first, words.size(), start_s, words.back().end_s));
  }
  if (cuts.size() == 1 && cuts[0].fault.empty() && cuts[0].begin == 0) {
    cuts[0].end = 0;
  }
  return cuts;
}

std::vector<WordCut> cut_at_pauses(const std::vector<WordTime>& words, double longest_s) {
  std::vector<WordCut> cuts;
  double start_s = 0;
  size_t first = 0;
  const bool whole = words.empty() || words.back().end_s < longest_s;
  for (size_t i = 1; i < words.size() && !whole; ++i) {
    const double pause_s = words[i].start_s - words[i - 1].end_s;
    if (pause_s > kPauseS) {
      const double middle_s = (words[i].start_s + words[i - 1].end_s) / 2;
      cuts.push_back(make_cut(first, i, start_s, middle_s));
      start_s = middle_s;
      first = i;
    }
  }
  if (!words.empty()) {
    cuts.push_back({first, words.size(), frame_at(start_s), 0, ""});
  }
  return cuts;
}

}  // namespace sotto::datasets
