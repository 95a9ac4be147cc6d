#pragma once

#include "decoding/transcript.h"

namespace sotto::decoding {

/// One transcript of a clip that was read window by window, where windows may overlap.
///
/// Where both windows say the same words in the time that they share, one of those, the nearest to
/// the cut, is the seam: the earlier window is believed up to it, the later one behind it. Where
/// they agree on nothing, each is believed on its side of the cut, by the middle of its words, or
/// altogether where they share a pause only.
class TranscriptStitcher {
 public:
  /// @param part      a window's transcript, in times of the window
  /// @param offset_s  where the window begins in the clip
  /// @param cut_s     in the clip: what is later belongs to this window
  /// @param end_s     in the clip, where the window ends
  /// @param in_pause  nobody speaks in what the window shares with the one before
  void add(Transcript part, double offset_s, double cut_s, double end_s, bool in_pause = false);

  /// All windows' words and tokens. A clip of several windows has one reading, the best ones
  /// joined, because readings of different windows cannot be ranked together; its scores are sums.
  /// No token stands for the blank between two windows.
  Transcript take() { return std::move(whole_); }

 private:
  Transcript whole_;
  double end_s_ = 0;
  bool any_ = false;
};

}  // namespace sotto::decoding
