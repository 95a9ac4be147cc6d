#pragma once

#include <cstdint>

namespace sotto::experiments {

/// Linear warm-up, then a cosine (Auto-AVSR's present schedule): the learning rate of step k = 0, 1,
/// ... is peak * (k+1)/W below W and peak * (f + (1-f) * (1 + cos(pi (k+1-W)/(N-W))) / 2) from there.
///
/// @param warmup  W, steps
/// @param steps   N, steps of the whole stage
/// @param final_share  f, where the cosine ends as a share of the peak
/// @param late    two steps behind, with rate 0 at first: CNVSRC's and the older Auto-AVSR schedule
double warmup_cosine(
    int64_t step, double peak, double warmup, int64_t steps, double final_share, bool late = false);

}  // namespace sotto::experiments
