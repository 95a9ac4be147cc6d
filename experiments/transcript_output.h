#pragma once

#include <map>
#include <string>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::experiments {

/// Where transcripts go: to standard output, or a file a clip (named after it) in a folder. Text
/// of several clips is printed clip by clip; the other formats are one document at the end.
class TranscriptOutput {
 public:
  /// @param format  text, json, srt, vtt, ctm or textgrid
  /// @param folder  empty: standard output
  /// @param clips   how many inputs there are
  /// @throws ConfigError for subtitles or TextGrids of several clips without a folder.
  TranscriptOutput(std::string format, std::string folder, size_t clips);

  /// @throws DataError if a clip of the same name was there already, or a name is none of a file in
  ///         the folder; ConfigError for several clips of one input, as above.
  void add(const decoding::Transcript& transcript);
  /// Prints what had to wait for the last clip.
  void finish();

 private:
  void check_count(size_t clips) const;
  /// Of a file, or of a clip in a CTM.
  void take_name(
      const std::string& name, const decoding::Transcript& transcript, const char* advice);
  std::string written(const std::vector<decoding::Transcript>& transcripts) const;

  std::string format_;
  std::string folder_;
  bool several_;
  std::vector<decoding::Transcript> waiting_;
  std::map<std::string, std::string> written_;  ///< file or name: the clip's path
};

}  // namespace sotto::experiments
