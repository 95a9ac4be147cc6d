#pragma once

#include <string>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// What stands on the screen at one time.
struct Cue {
  double start = 0;  ///< seconds
  double end = 0;
  std::vector<std::string> lines;
};

/// Cuts words into cues as broadcasters do:
///
/// | | Latin | Han, kana |
/// |---|---|---|
/// | characters a line, two lines | 42 | 16 |
/// | reading speed, characters/s | 17 (more where speech leaves no room) | 9 |
///
/// A cue lasts from 5/6 s to 7 s where the words leave room, longer than its words if they need the
/// time to be read; two frames (80 ms) lie between two cues. Cues and lines break after
/// punctuation, at pauses, before conjunctions and prepositions, rather than elsewhere; a second of
/// silence always ends a cue. The breaks are those of the least sum of such faults over all words
/// between two silences.
std::vector<Cue> subtitle_cues(const std::vector<Word>& words);

}  // namespace sotto::decoding
