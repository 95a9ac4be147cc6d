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

/// How much goes on in each frame, from 0 (the quiet tenth of the frames) to 1 (the busy tenth),
/// loudness and motion each on its own scale.
struct Activity {
  std::vector<float> mean;  ///< of the two: where it is low a recording may be cut
  std::vector<float> most;  ///< the larger: where it is low nothing is said
};

/// Tells speech from rest in a recording that comes piece by piece.
class SpeechActivity {
 public:
  /// On scales of these frames and of the half minute before, so that words do not depend on what
  /// was said long ago. A stream that hardly changes does not count; where neither does, nothing is
  /// known and every frame may be speech.
  Activity of(const SpeechLevels& levels) const;

  /// Adds the first `frames` to what later ones are compared with.
  void remember(const SpeechLevels& levels, int64_t frames);

 private:
  SpeechLevels before_;
};

/// The first frame of [from, end) in which something may be said; the end if there is none.
int64_t first_active(const Activity& activity, int64_t from);

/// The frame behind the first `frames` of [from, end) in which something goes on; the end if there
/// are fewer.
int64_t end_of_active(const Activity& activity, int64_t from, int64_t frames);

/// A moment at which a recording can be cut.
struct Pause {
  int64_t cut = 0;    ///< frame
  int64_t begin = 0;  ///< frames around it in which little goes on; begin == end: a cut in speech
  int64_t end = 0;
};

/// The calmest moment of [from, to), over a third of a second each; of equals the last.
/// @param activity  of all frames; the pause may reach beyond [from, to).
Pause calmest_pause(const Activity& activity, int64_t from, int64_t to);

}  // namespace sotto::datasets
