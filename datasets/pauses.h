#pragma once

#include <cstdint>
#include <vector>

#include "datasets/utterance.h"

namespace sotto::datasets {

/// What is heard and seen of each frame of an utterance; a stream that it lacks is empty.
struct SpeechLevels {
  std::vector<float> loudness;  ///< dB
  std::vector<float> motion;    ///< of the lips: mean change of a pixel
};

SpeechLevels speech_levels(const Utterance& utterance);

/// Tells speech from rest in a recording that comes piece by piece.
class SpeechActivity {
 public:
  /// How much is said or mouthed in each frame, from 0 (the quiet tenth of the frames) to 1 (the
  /// busy tenth of these and of the minutes before): loudness and motion each on its own scale,
  /// their mean where both are there. A stream that never changes says nothing.
  std::vector<float> of(const SpeechLevels& levels) const;

  /// Adds the first `frames` to what later ones are compared with.
  void remember(const SpeechLevels& levels, int64_t frames);

 private:
  SpeechLevels before_;
};

/// The first frame of [from, end) in which something goes on; the end if there is none.
int64_t first_active(const std::vector<float>& activity, int64_t from);

/// The frame behind the first `frames` of [from, end) in which something goes on; the end if there
/// are fewer.
int64_t end_of_active(const std::vector<float>& activity, int64_t from, int64_t frames);

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
