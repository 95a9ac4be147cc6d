#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "common/options.h"
#include "common/random.h"

namespace sotto::datasets {

/// Adaptive time masks as the released code of auto_avsr has them (Ma et al. 2022,
/// arXiv:2202.13084): a run of frames or samples that everything is lost of, one for every so many.
struct TimeMaskOptions : Options {
  int64_t lips = 0;
  int64_t lips_every = 25;
  int64_t wave = 0;
  int64_t wave_every = 16000;

  void visit(OptionVisitor& v) override;
};

/// The runs [begin, end) of what is masked of T frames or samples: n = ceil(T / every) times two
/// independent integers t and e, uniform on 0 to `window` - 1, and a begin uniform on 0 to T - t -
/// 1; the run is e long, cut at T, and left out where t = 0 or T <= t. That it is e and not t long
/// is the published code's.
std::vector<std::pair<int64_t, int64_t>> adaptive_masks(
    int64_t T, int64_t window, int64_t every, Random& random);

/// Sets random runs of frames (T, values_a_frame) to 0, the mean of normalised pictures: one run of
/// 0 to `widest` frames, or one every `every` frames.
void mask_frames(
    float* values,
    int64_t frames,
    int64_t values_a_frame,
    int64_t widest,
    int64_t every,
    Random& random);

}  // namespace sotto::datasets
