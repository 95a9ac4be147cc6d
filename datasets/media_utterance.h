#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/crop_list.h"
#include "datasets/faces/face_choice.h"
#include "datasets/lip_stream.h"
#include "datasets/pauses.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// What to take from a media file and how.
struct UtteranceOptions {
  bool video = true;  ///< find the face and cut the lips
  bool audio = true;
  FaceChoice face;    ///< of several
  std::vector<NamedCrop> crops = {NamedCrop()};  ///< what is cut; the first is "lips"
  std::string landmarks;  ///< file of `read_landmarks`; empty: faces are found
  std::string sound;  ///< file that the sound lies in; empty: the same
  int64_t begin = 0;  ///< the part of the file that counts, frames
  int64_t end = 0;    ///< 0: the file's end
  double window_s = 0;       ///< seconds an utterance has at most; 0 gives the whole file as one
  bool overlap = true;       ///< windows share what lies around the cut between them
  double longest_s = 3600;   ///< seconds that one utterance may have; longer ones are refused
  double most_work_s = 0;    ///< seconds that reading one may take; 0: any
  int64_t look_ahead = 250;  ///< frames, the longest gap without a face that is filled linearly
};

/// A part of a media file, in frames of the file.
struct UtteranceWindow {
  Utterance utterance;
  int64_t begin = 0;         ///< where the utterance begins
  int64_t from = 0;          ///< it counts from here on, rather than the window before,
  int64_t to = 0;            ///< up to here, rather than the next
  bool after_pause = false;  ///< nobody speaks in what it shares with the window before
};

/// A media file as a sequence of windows: lips and wave, whichever the file has and the options
/// want, with wave.size() == 640 * frames when both are there (sound that runs on is cut, missing
/// sound is silence). The face is followed through all windows as through one; pictures wait for
/// their neighbours only, so memory depends on the window, not on the file.
///
/// A file that is longer than a window is cut at the calmest moment (pauses.h) that leaves each
/// window two fifths of its length and, if it can, a second of speech. Windows share half a second
/// on either side of a cut (a fifth of a short window), or as much of it as is a pause. What rests
/// before a window, by more than half a second, and behind the last is left out.
class UtteranceReader {
 public:
  /// Where a window is cut, in frames of what is held: at a frame that parts what counts, with the
  /// window going on to `end` and the next one beginning at `next_begin`.
  struct Cut {
    int64_t at;
    int64_t end;
    int64_t next_begin;
    bool in_pause;
  };

  /// @throws DataError naming `path` if nothing of what is wanted can be decoded.
  UtteranceReader(const std::string& path, const UtteranceOptions& options);
  ~UtteranceReader();

  const MediaInfo& info() const { return media_.info(); }

  /// The next window; nothing at the end. A window in which no face was seen has no "lips" and a
  /// warning instead. `id` is the file's stem, `source` the path.
  std::optional<UtteranceWindow> next();

  /// The whole file once more for each person who is to be seen in a fifth of it, from the left to
  /// the right; instead of `next`, and with nothing if nobody is.
  std::vector<Utterance> everybody();

  /// What was found wrong with the file since the last window; windows have their own.
  std::vector<std::string> take_warnings();

  /// Frames read so far; at the end those of the file.
  int64_t position() const { return begin_ + held(); }
  /// Pictures and faces so far.
  int64_t frames() const { return frames_; }
  int64_t face_frames() const { return face_frames_; }

 private:
  void fill(int64_t frames);
  int64_t held() const;
  /// An utterance of what is held, and whose lips are on each picture of it (null: nobody's).
  struct Gathered {
    Utterance utterance;
    std::vector<const SeenLips*> lips;
  };
  Gathered gather(const FaceChoice& face) const;
  Gathered gather() const { return gather(options_.face); }
  void keep_until(int64_t end, Gathered& gathered) const;
  void check_time() const;
  void drop_before(int64_t begin);
  bool skip_rest(int64_t most);
  std::optional<UtteranceWindow> whole();
  UtteranceWindow take(const Cut& cut);

  UtteranceOptions options_;
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
  MediaReader media_;
  std::unique_ptr<LipStream> lips_;  ///< null without video
  std::deque<SeenFrame> pictures_;   ///< of the file from frame `begin_` on
  std::vector<float> wave_;          ///< likewise
  int64_t begin_ = 0;
  bool after_pause_ = false;
  int64_t from_ = 0;  ///< frame up to which windows were given out
  SpeechActivity activity_;
  bool ended_ = false;
  size_t warned_ = 0;
  int64_t frames_ = 0;
  int64_t face_frames_ = 0;
};

/// A whole media file as one utterance.
/// @throws DataError naming `path` if it cannot be decoded, or if video is wanted and there, and
///         no face is in it.
Utterance read_media_utterance(const std::string& path, const UtteranceOptions& options = {});
/// The same, once for each person of the film. @throws DataError as above.
std::vector<Utterance> read_everybody(const std::string& path, const UtteranceOptions& options);

}  // namespace sotto::datasets
