#pragma once

#include <cstdint>
#include <vector>

#include "datasets/synth/speech.h"

namespace sotto::datasets::synth {

/// What a mouth does at a moment.
struct Mouth {
  double opening = 0;   ///< 0 lips touch, 1 wide open; the jaw follows
  double width = 0;     ///< -1 drawn together, 0 at rest, 1 spread
  double rounding = 0;  ///< 0 to 1, lips pushed forward
  double teeth = 0;     ///< 0 to 1, how much of the upper teeth is seen
  double tongue = 0;    ///< 0 to 1, its tip behind or between the teeth
  double tuck = 0;      ///< 0 to 1, the lower lip under the upper teeth, as in "f"
};

/// The target of a phoneme: its viseme. Sounds that are not known get a neutral mouth.
Mouth viseme(const std::string& ipa);

/// The mouth at the middle of every frame. Targets are blended by dominance (after Cohen and
/// Massaro 1993): each sound pulls the mouth to its target, strongest at its middle, lips that
/// close stronger than a tongue that moves behind them. Lips touch in every p, b and m.
///
/// @param start_s  time of the speech's first sample on the clock of the frames.
std::vector<Mouth> mouth_track(
    const std::vector<Phoneme>& phonemes, double start_s, int64_t frames, double fps);

}  // namespace sotto::datasets::synth
