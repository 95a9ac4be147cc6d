#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/options.h"

namespace sotto::datasets {

/// What `sotto synth` makes.
struct SynthOptions : Options {
  std::string out;  ///< the folder to fill
  std::string layout = "folder";
  int64_t clips = 100;
  int64_t talkers = 10;
  std::string language = "auto";  ///< auto: the layout's own
  std::string sentences;          ///< file with a sentence a line; empty: made up
  int64_t seed = 1;
  int64_t width = 0;  ///< pixels; 0: as the layout's corpus has them
  int64_t height = 0;
  double fps = 25;
  double seconds = 0;  ///< length of every clip; 0: as the sentences take
  bool odd = false;    ///< also what goes wrong in the files of such a corpus
  int64_t jobs = 1;

  void visit(OptionVisitor& visitor) override;
  void validate() const override;
};

/// How a run reports. Called from several threads, but never from two at once. What a callback
/// throws stops the run, which can then be continued.
struct SynthCallbacks {
  std::function<void(int64_t clips)> start;  ///< how many there are to do
  std::function<void(const std::string& id)> clip_done;
  std::function<void(const std::string& line)> message;  ///< a clip that could not be made
};

/// Callbacks that show a progress bar on stderr.
SynthCallbacks synth_progress();

struct SynthReport {
  int64_t clips = 0;    ///< of the tree, odd ones too
  int64_t made = 0;     ///< by this run
  int64_t earlier = 0;  ///< whole already
  int64_t failed = 0;   ///< could not be spoken
  int64_t odd = 0;
  double seconds = 0;  ///< of speech, made by this run
  double clips_per_second = 0;
};

/// Fills a folder with clips of talkers who do not exist, laid out as a corpus: pictures, sound,
/// transcripts and, where the corpus has a form for them, the times of the words. The same options
/// give the same files. Files appear whole or not at all, and the same call continues a folder that
/// was begun.
///
/// @throws ConfigError if the folder was made with other options, DataError if it holds something
///         else or espeak-ng is missing; Interrupted after a signal.
SynthReport synthesise(const SynthOptions& options, const SynthCallbacks& callbacks = {});

/// A line for people.
std::string to_text(const SynthReport& report);

}  // namespace sotto::datasets
