#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/lip_stream.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// What to take from a media file and how.
struct UtteranceOptions {
  bool video = true;  ///< find the face and cut the lips
  bool audio = true;
  FaceChoice face = FaceChoice::kLargest;
  double window_s = 0;       ///< seconds an utterance; 0 gives the whole file as one
  double longest_s = 3600;   ///< seconds that one utterance may have; longer ones are refused
  int64_t look_ahead = 250;  ///< frames, the longest gap without a face that is filled linearly
};

/// A media file as a sequence of utterances, each one window of it: lips and wave, whichever the
/// file has and the options want, with wave.size() == 640 * frames when both are there (sound that
/// runs on is cut, missing sound is silence). The face is followed through all windows as through
/// one; pictures wait for their neighbours only, so memory depends on the window, not on the file.
class UtteranceReader {
 public:
  /// @throws DataError naming `path` if nothing of what is wanted can be decoded.
  UtteranceReader(const std::string& path, const UtteranceOptions& options);
  ~UtteranceReader();

  const MediaInfo& info() const { return media_.info(); }

  /// The next window; nothing at the end. A window in which no face was seen has no "lips" and a
  /// warning instead. `id` is the file's stem, `source` the path.
  std::optional<Utterance> next();

  /// Pictures and faces of all windows so far.
  int64_t frames() const { return frames_; }
  int64_t face_frames() const { return face_frames_; }

 private:
  std::optional<Utterance> next_with_video();
  std::optional<Utterance> next_sound_only();
  Utterance blank() const;
  void add_warnings(Utterance& utterance);

  UtteranceOptions options_;
  MediaReader media_;
  std::unique_ptr<LipStream> lips_;  ///< null without video
  size_t warned_ = 0;
  int64_t frames_ = 0;
  int64_t face_frames_ = 0;
  double start_s_ = 0;
};

/// A whole media file as one utterance.
/// @throws DataError naming `path` if it cannot be decoded, or if video is wanted and there, and
///         no face is in it.
Utterance read_media_utterance(const std::string& path, const UtteranceOptions& options = {});

}  // namespace sotto::datasets
