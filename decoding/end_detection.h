#pragma once

#include <cstdint>
#include <vector>

#include "decoding/hypothesis.h"

namespace sotto::decoding {

/// True once longer hypotheses no longer win (Watanabe et al. 2017, "Hybrid CTC/attention
/// architecture", eq. 50): for each of the three lengths that ended two to four steps ago, the
/// best of that length is more than 10 below the best of all.
///
/// @param ended  finished hypotheses; a length counts sos and eos.
/// @param step   number of the step that was just done, from 0.
bool end_detected(const std::vector<Hypothesis>& ended, int64_t step);

}  // namespace sotto::decoding
