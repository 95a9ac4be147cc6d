#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sotto::experiments {

/// A sound that is read round and round from one of its samples.
struct NoisePart {
  std::string source;  ///< id of the utterance whose voice it is, or a media file
  int64_t start = 0;   ///< sample at 16 kHz
};

/// The noise of one clip in one condition of an evaluation.
struct ClipNoise {
  std::string clip;
  double snr_db = 0;       ///< over the whole clip
  int64_t repetition = 0;  ///< of the draws, from 0
  bool babble = true;      ///< voices at equal power; else the one part is a recording
  std::vector<NoisePart> parts;
};

/// Exactly which noise every clip gets: what makes two evaluations comparable to the digit,
/// whatever order, batches and threads they work in.
class NoiseManifest {
 public:
  /// @throws DataError if the clip has a noise in that condition already.
  void add(ClipNoise noise);
  /// @throws DataError if the clip has none in that condition.
  const ClipNoise& find(const std::string& clip, double snr_db, int64_t repetition) const;

  size_t size() const { return noises_.size(); }
  /// The media files that are mixed in, each once.
  std::vector<std::string> recordings() const;

  /// JSON lines (docs/evaluate.md), by clip, ratio and repetition.
  std::string lines() const;
  /// Reads them. @throws DataError with name:line.
  static NoiseManifest parse(std::string_view text, const std::string& name);

 private:
  using Key = std::tuple<std::string, double, int64_t>;
  std::map<Key, ClipNoise> noises_;
  std::string name_ = "noise";  ///< of the file, for messages
};

/// A clip with sound, each id once, or a recording.
struct Voice {
  std::string id;
  int64_t samples = 0;
};

/// Babble of `talkers` voices that are not the clip's own, each from a random place. The numbers
/// depend on (seed, clip, ratio, repetition) and the list of voices alone.
/// @throws DataError if there is no other voice.
ClipNoise draw_babble(
    const std::vector<Voice>& voices,
    int64_t talkers,
    uint64_t seed,
    const std::string& clip,
    double snr_db,
    int64_t repetition);

/// A recording from a random place likewise.
ClipNoise draw_recording(
    const Voice& recording,
    uint64_t seed,
    const std::string& clip,
    double snr_db,
    int64_t repetition);

}  // namespace sotto::experiments
