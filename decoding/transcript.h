#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace sotto::decoding {

/// A word as it was heard or read.
struct Word {
  std::string word;
  double start = 0;       ///< seconds from the clip's beginning
  double end = 0;         ///< seconds, after start
  double confidence = 0;  ///< that it was said, 0 to 1; NaN: not known
  /// Mean natural log-probability of its frames in an alignment; NaN: not known.
  double score = std::numeric_limits<double>::quiet_NaN();
};

/// A token of the text with its frames in the CTC alignment.
struct TokenTime {
  int64_t token = 0;  ///< model id
  std::string piece;  ///< what it adds to the text
  double start = 0;   ///< seconds from the clip's beginning
  double end = 0;
  int64_t word =
      -1;  ///< place among the words of the one it begins or goes on with; -1: it is a blank
};

/// One of the n best readings of a clip.
struct Reading {
  std::string text;
  std::vector<int64_t> tokens;          ///< model ids, without sos and eos
  double score = 0;                     ///< weighted sum of natural log-probabilities
  std::map<std::string, double> parts;  ///< unweighted sums by scorer: "decoder", "ctc", ...
};

/// What was said in one clip. docs/transcript.md describes its JSON form.
struct Transcript {
  std::string id;        ///< the file's stem, or the clip's name
  std::string path;      ///< as it was given
  std::string modality;  ///< "a", "v" or "av": what was used
  std::string text;
  std::vector<Word> words;
  std::vector<Reading> nbest;     ///< best first
  std::vector<TokenTime> tokens;  ///< of the text; empty: not known
  std::string channel = "1";      ///< of a file with several, as CTM files name them
  double duration = 0;            ///< of the clip in seconds; 0: not known
  /// Of a text that was given and aligned: the mean natural log-probability of a frame, and how
  /// likely the text is what was said, 0 to 1. NaN: not known.
  double score = std::numeric_limits<double>::quiet_NaN();
  double confidence = std::numeric_limits<double>::quiet_NaN();
};

/// The bare text of one clip; for several, a line `PATH<tab>TEXT` each.
std::string write_text(const std::vector<Transcript>& transcripts);

/// The documented JSON, indented, with a final line end.
std::string write_json(const std::vector<Transcript>& transcripts);

/// What one clip adds to `clips` of the documented JSON, on one line: for long runs that print a
/// clip at a time.
std::string write_json_clip(const Transcript& transcript);

/// NIST CTM lines: `ID CHANNEL START DURATION WORD CONFIDENCE`, sorted by id and channel; blanks in
/// an id become `_`, a confidence that is not known is left out.
std::string write_ctm(const std::vector<Transcript>& transcripts);

/// SubRip subtitles of one clip. Without word times there are no cues.
std::string write_srt(const Transcript& transcript);

/// WebVTT subtitles of one clip.
std::string write_vtt(const Transcript& transcript);

/// Praat's TextGrid (long text format, UTF-8) of one clip: the tiers "words" and "confidence", with
/// empty intervals where nobody speaks.
std::string write_textgrid(const Transcript& transcript);

}  // namespace sotto::decoding
