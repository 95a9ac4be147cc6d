#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/options.h"
#include "datasets/prepare_journal.h"

namespace sotto::datasets {

/// What `sotto prepare` makes of a corpus.
struct PrepareOptions : Options {
  Component corpus;              ///< of `corpora()`
  std::string root;              ///< the corpus' folder
  std::string out;               ///< the store's folder
  int64_t jobs = 1;              ///< clips at a time
  PreparePart part;              ///< which share of the corpus
  std::string face = "speaking";  ///< which of several faces, of `face_choice`
  std::vector<std::string> crops = {"lips"};  ///< of `crop_list`
  bool colour = false;           ///< crops in RGB
  std::string landmarks;         ///< folder of `read_landmarks` files; empty: faces are found
  bool video = true;
  bool audio = true;
  double longest_s = 120;  ///< seconds; longer clips are skipped
  double clip_time_s = 600;  ///< seconds of work after which a clip is skipped; 0: never

  void visit(OptionVisitor& visitor) override;
  void validate() const override;
};

/// How a run reports. Called from several threads, but never from two at once. What a callback
/// throws stops the run, which can then be continued.
struct PrepareCallbacks {
  std::function<void(int64_t clips)> start;  ///< how many there are to do
  std::function<void(const std::string& id, int64_t frames)> clip_done;  ///< 0 frames: skipped
  std::function<void(const std::string& line)> message;  ///< a skipped clip, a warning
};

/// Callbacks that show a progress bar with rate and time left on stderr and messages above it.
PrepareCallbacks progress_callbacks();

struct PrepareReport {
  int64_t clips = 0;     ///< of the corpus
  int64_t prepared = 0;  ///< in the store now
  int64_t earlier = 0;   ///< of those, by earlier runs
  int64_t skipped = 0;
  int64_t frames = 0;            ///< in the store
  double frames_per_second = 0;  ///< of this run, all jobs together
  double face_share = 0;         ///< share of frames with landmarks of their own
  int64_t longest_gap = 0;       ///< frames without a face
  std::string longest_gap_id;
  std::vector<std::string> notes;  ///< of the corpus' listing
  PreparePart part;

  /// Share of the clips that are in the store.
  double kept() const {
    return prepared + skipped > 0
               ? static_cast<double>(prepared) / static_cast<double>(prepared + skipped)
               : 0;
  }
};

/// Prepares a corpus: every clip's lips and sound into a store (manifest.jsonl, skipped.jsonl,
/// clips/, store.json, report.html). A clip that fails is skipped with its reason. The same call
/// continues a store that was begun, and tries the skipped clips of a finished one again. Several
/// processes may each prepare a part of a corpus into the same store; `merge_parts` finishes it.
///
/// @throws ConfigError if the store was made with other options; Interrupted after a signal.
PrepareReport prepare(const PrepareOptions& options, const PrepareCallbacks& callbacks = {});

/// Puts the parts of a store together once all are finished, as one run would have left it.
/// @throws DataError naming what is missing.
void merge_parts(const std::string& store);

/// A few lines for people.
std::string to_text(const PrepareReport& report);

}  // namespace sotto::datasets
