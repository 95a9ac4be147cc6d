#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/synth/sentence_source.h"
#include "datasets/synth/synth.h"
#include "datasets/synth/talker.h"

namespace sotto::datasets::synth {

/// Something that goes wrong in files of real corpora, put where a test can look for it.
struct Odd {
  std::string kind;  ///< "crlf"; empty: nothing is odd
  std::string file;  ///< where it is written, below the root; empty: the clip itself
  int64_t line = 0;  ///< 0: nowhere in particular
  std::optional<std::string> expected;  ///< the transcript to be read; none: nothing can be read
};

/// A clip that will be made.
struct PlannedClip {
  std::string path;  ///< of its media file, below the root
  std::string split;
  int64_t talker = 0;
  std::string spoken;       ///< what espeak-ng is told
  std::string written;      ///< what is said, as the transcript has it: the same words
  double seconds = 0;       ///< 0: as long as it takes
  bool made = true;         ///< else there are only words about it
  bool sound = true;        ///< in the media file
  int64_t most_frames = 0;  ///< pictures are cut off behind; 0: all are kept
  Odd odd;
};

/// How a planned clip came out.
struct SpokenClip {
  int64_t frames = 0;
  double fps = 25;
  int64_t width = 0;
  int64_t height = 0;
  std::vector<WordTime> words;  ///< words as in `written`
  std::vector<Pose> poses;      ///< one a frame
  std::vector<float> wave;
};

/// Files by their path below the root.
using FileTexts = std::map<std::string, std::string>;

/// How the files of a corpus lie. One source each; see layouts().
class Layout {
 public:
  virtual ~Layout() = default;
  virtual std::string language() const { return "en"; }
  /// Whether it can hold other languages, and other sentences than its own.
  virtual bool any_language() const { return false; }
  virtual bool any_sentence() const { return true; }
  virtual int64_t width() const { return 256; }
  virtual int64_t height() const { return 256; }
  /// The clips, and the odd ones where `options.odd`.
  virtual std::vector<PlannedClip> plan(
      const SynthOptions& options, SentenceSource& sentences) const = 0;
  /// The files beside a clip. What is odd in bytes (byte order marks, line ends) is done later.
  virtual FileTexts beside(const PlannedClip& clip, const SpokenClip& spoken) const = 0;
  /// The files that are there once.
  virtual FileTexts once(
      const SynthOptions& /*options*/, const std::vector<PlannedClip>& /*clips*/) const {
    return {};
  }
};

std::vector<std::string> layout_names();
/// @throws ConfigError if there is none of that name.
std::unique_ptr<Layout> make_layout(const std::string& name);

std::unique_ptr<Layout> make_folder_layout();
std::unique_ptr<Layout> make_grid_layout();
std::unique_ptr<Layout> make_lrs2_layout();
std::unique_ptr<Layout> make_lrs3_layout();
std::unique_ptr<Layout> make_cnvsrc_layout();

}  // namespace sotto::datasets::synth
