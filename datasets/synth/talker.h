#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "datasets/media/picture.h"
#include "datasets/synth/frame_rate.h"
#include "datasets/synth/look.h"
#include "datasets/synth/mouth.h"
#include "datasets/synth/speech.h"

namespace sotto::datasets::synth {

/// A person who does not exist: a face and a voice, the same in all of their clips.
struct Talker {
  Look look;
  Voice voice;
  double liveliness = 0.5;  ///< 0 to 1, how much the head moves
};

/// Talker `index` of a seed. @param language  "en" or "zh".
Talker make_talker(uint64_t seed, int64_t index, const std::string& language);

struct ClipOptions {
  int64_t width = 256;  ///< pixels, even
  int64_t height = 256;
  FrameRate rate;
  double seconds = 0;  ///< the clip's length; 0: as long as the text takes
};

/// One text spoken by a talker: sound, word times, and pictures one by one. The same seed gives the
/// same bytes.
class TalkingClip {
 public:
  /// @throws DataError if the text cannot be spoken, or not within `options.seconds`.
  TalkingClip(
      const Talker& talker, const std::string& text, const ClipOptions& options, uint64_t seed);
  ~TalkingClip();
  TalkingClip(TalkingClip&&) noexcept;

  int64_t frames() const { return frames_; }
  const ClipOptions& options() const { return options_; }
  const std::vector<float>& wave() const { return wave_; }       ///< 16 kHz, as long as the frames
  const std::vector<WordTime>& words() const { return words_; }  ///< from the clip's start
  const std::vector<Mouth>& mouths() const { return mouths_; }   ///< one a frame
  /// Where the face is in frame k, in pixels.
  Pose pose(int64_t k) const;

  /// Frame k in RGB.
  Picture frame(int64_t k) const;

 private:
  struct Scene;

  void speak_within(const Talker& talker, const std::string& text, Random& random);

  ClipOptions options_;
  int64_t frames_ = 0;
  std::vector<float> wave_;
  std::vector<WordTime> words_;
  std::vector<Mouth> mouths_;
  std::unique_ptr<Scene> scene_;
};

}  // namespace sotto::datasets::synth
