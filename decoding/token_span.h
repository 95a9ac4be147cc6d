#pragma once

#include <cstdint>
#include <vector>

namespace sotto::decoding {

/// Frames of the encoder's output a second: one a video frame, one per 640 samples of sound.
inline constexpr double kFramesPerSecond = 25.0;

/// Where a token was said: CTC emits it in the frames first_frame to last_frame, both included.
struct TokenSpan {
  int64_t token = 0;
  int64_t first_frame = 0;
  int64_t last_frame = 0;
  double posterior = 0;  ///< mean probability of the token over these frames, 0 to 1
};

}  // namespace sotto::decoding
