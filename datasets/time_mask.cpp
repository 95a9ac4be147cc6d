#include "datasets/time_mask.h"

#include <algorithm>

namespace sotto::datasets {

void TimeMaskOptions::visit(OptionVisitor& v) {
  v.field(
      "lips",
      lips,
      at_least(0),
      "frames",
      "black pictures: runs shorter than this; 0: none, published: 10");
  v.field("lips_every", lips_every, at_least(1), "frames", "one run for so many");
  v.field(
      "wave",
      wave,
      at_least(0),
      "samples",
      "silenced sound: runs shorter than this; 0: none, published: 6400");
  v.field("wave_every", wave_every, at_least(1), "samples", "one run for so many");
}

std::vector<std::pair<int64_t, int64_t>> adaptive_masks(
    int64_t T, int64_t window, int64_t every, Random& random) {
  std::vector<std::pair<int64_t, int64_t>> runs;
  const int64_t count = window > 0 ? (T + every - 1) / every : 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t t = random.below(window);
    const int64_t e = random.below(window);
    if (t == 0 || T <= t) {
      continue;
    }
    const int64_t begin = random.below(T - t);
    runs.emplace_back(begin, std::min(T, begin + e));
  }
  return runs;
}

void mask_frames(
    float* values,
    int64_t frames,
    int64_t values_a_frame,
    int64_t widest,
    int64_t every,
    Random& random) {
  const int64_t runs = every > 0 ? (frames + every - 1) / every : 1;
  for (int64_t i = 0; i < runs && widest > 0; ++i) {
    const int64_t width = std::min(frames, random.below(widest + 1));
    const int64_t start = random.below(frames - width + 1);
    std::fill_n(values + start * values_a_frame, width * values_a_frame, 0.0F);
  }
}

}  // namespace sotto::datasets
