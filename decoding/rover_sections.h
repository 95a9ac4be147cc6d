#pragma once

#include <cstddef>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// Words from `begin` to before `end` of each system.
struct RoverSection {
  std::vector<size_t> begin;
  std::vector<size_t> end;
};

/// Cuts a clip where all systems are silent, so that alignments stay short: after a word of the
/// first system that a pause of more than a second follows, where each other system has a gap
/// between two words that overlaps with what is left of the pause.
std::vector<RoverSection> rover_sections(const std::vector<std::vector<Word>>& systems);

}  // namespace sotto::decoding
