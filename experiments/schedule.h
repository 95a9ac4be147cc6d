#pragma once

#include <cstdint>

#include "experiments/recipe.h"

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

/// Linear warm-up, then the inverse root of the step (Vaswani et al. 2017, eq. 3, scaled so that the
/// greatest rate is `peak`): peak * min((k+1)/W, sqrt(W/(k+1))).
double warmup_root(int64_t step, double peak, double warmup);

/// The rate of a stage's step. @param steps  optimiser steps of one epoch.
double learning_rate(const StageSchedule& stage, int64_t step, int64_t steps);

}  // namespace sotto::experiments
