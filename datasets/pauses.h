#pragma once

#include <cstdint>
#include <vector>

#include "datasets/utterance.h"

namespace sotto::datasets {

/// How much is said or mouthed in each frame, from 0 (the quiet tenth of the frames) to 1 (the busy
/// tenth): loudness of the sound and motion of the lips, each on its own scale, their mean where
/// both are there. A stream that never changes says nothing.
std::vector<float> speech_activity(const Utterance& utterance);

/// A moment at which a recording can be cut.
struct Pause {
  int64_t cut = 0;    ///< frame
  int64_t begin = 0;  ///< frames around it in which little goes on; begin == end: a cut in speech
  int64_t end = 0;
};

/// The calmest moment of [from, to), over a third of a second each; of equals the last.
/// @param activity  of all frames; the pause may reach beyond [from, to).
Pause calmest_pause(const std::vector<float>& activity, int64_t from, int64_t to);

}  // namespace sotto::datasets
