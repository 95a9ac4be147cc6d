#pragma once

#include <string>
#include <vector>

#include "decoding/rover.h"
#include "decoding/transcript.h"

namespace sotto::decoding {

/// What one system heard in many clips.
struct RoverSystem {
  std::string name;  ///< of the file, for messages
  std::vector<Transcript> clips;
};

enum class RoverUnits {
  kWords,
  kCharacters,  ///< each Han or kana character votes by itself, for an equal share of the word's
                ///< time; words of other scripts stay whole
};

struct FusedClips {
  std::vector<Transcript> clips;     ///< in the order of the first system, then of the others
  std::vector<std::string> remarks;  ///< a line for each system that lacks clips
};

/// `rover` for each clip and channel of several systems. Clips are told apart by id (as it stands
/// in a CTM file) and channel; a system that lacks one has no vote on it.
///
/// @throws DataError naming the system's file if it lists a clip twice, or if confidences count
///         (alpha below 1) and it gives none for a word.
FusedClips rover_clips(
    const std::vector<RoverSystem>& systems, RoverUnits units, const RoverOptions& options = {});

}  // namespace sotto::decoding
