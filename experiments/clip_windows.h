#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/random.h"
#include "datasets/media_utterance.h"
#include "datasets/noise.h"
#include "experiments/recogniser.h"

namespace sotto::experiments {

/// How a media file is read for a network.
struct ClipOptions {
  std::string modality = "auto";  ///< "auto": whatever the clip and the model have; or a, v, av
  datasets::FaceChoice face;
  double window_s = 0;  ///< longer clips come window by window; 0: as the model was trained
  bool overlap = true;  ///< of datasets::UtteranceOptions
  datasets::NoiseSources noise;  ///< mixed into the sound where `snr_db` is given
  std::optional<double> snr_db;
  uint64_t seed = 0;  ///< of the noise
};

/// The streams to use of those that are there; explicit wishes must be fulfilled.
/// @throws ConfigError, DataError naming `path`.
Modality choose_streams(
    const std::string& path,
    const std::string& wanted,
    const ModelCard& card,
    bool lips,
    bool sound);

/// A window of a clip as a network takes it.
struct ClipWindow {
  datasets::Batch batch;
  Modality modality;
  double begin_s = 0;        ///< where it begins in the clip
  double from_s = 0;         ///< it counts from here on, rather than the window before
  double end_s = 0;          ///< where it ends
  bool after_pause = false;  ///< nobody speaks in what it shares with the window before
};

/// The longest window in which a model reads a clip that is longer: the longest clip that it was
/// trained on and two thirds more, as far as its file says.
double longest_window_s(const ModelCard& card);

/// A media file as windows that a network can take (datasets/media_utterance.h); those with neither
/// lips nor sound are left out.
class ClipWindows {
 public:
  /// @param warn  called with one line for whatever the user should know. Remarks wait for the
  ///              first window that can be used: where none can, the fault says why.
  /// @throws DataError naming `path`.
  ClipWindows(
      const std::string& path,
      const ModelCard& card,
      const ClipOptions& options,
      std::function<void(const std::string&)> warn);

  /// The next window; nothing at the end. @throws DataError if none could be used.
  std::optional<ClipWindow> next();

  /// What was used, and how much of the clip was read, so far.
  Modality used() const { return used_; }
  double duration_s() const;

 private:
  void say_remarks();

  std::string path_;
  const ModelCard& card_;
  const ClipOptions& options_;
  std::function<void(const std::string&)> warn_;
  datasets::UtteranceReader reader_;
  Random random_;
  std::vector<std::string> remarks_;
  Modality used_ = {false, false};
  Modality there_ = {false, false};
};

/// A file's name without folder and extension.
std::string path_stem(const std::string& path);

}  // namespace sotto::experiments
