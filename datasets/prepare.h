#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/options.h"
#include "datasets/prepare_journal.h"

namespace sotto::datasets {

/// What `sotto prepare` makes of a corpus.
struct PrepareOptions : Options {
  Component corpus;              ///< of `corpora()`
  std::string root;              ///< the corpus' folder
  std::string out;               ///< the store's folder
  int64_t jobs = 1;              ///< clips at a time
  std::string face = "largest";  ///< which face of several
  bool video = true;
  bool audio = true;
  double longest_s = 120;  ///< seconds; longer clips are skipped

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
  double near_detection = 0;     ///< share of frames within 5 frames of a real detection
  int64_t longest_gap = 0;       ///< frames without a face
  std::string longest_gap_id;
};

/// Prepares a corpus: every clip's lips and sound into a store (manifest.jsonl, skipped.jsonl,
/// clips/, store.json, contact_sheet.png). A clip that fails is skipped with its reason. The same
/// call continues a store that was begun, and tries the skipped clips of a finished one again.
///
/// @throws ConfigError if the store was made with other options; Interrupted after a signal.
PrepareReport prepare(const PrepareOptions& options, const PrepareCallbacks& callbacks = {});

/// A few lines for people.
std::string to_text(const PrepareReport& report);

}  // namespace sotto::datasets
