#pragma once

#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// What a word's confidence C is in a vote; in brackets what NIST's program calls it.
enum class RoverMethod {
  kFrequency,  ///< the mean over those who voted for the word (meth1)
  kAverage,    ///< the word's share of the sum over all votes of the slot (avgconf)
  kMaximum,    ///< the highest of those who voted for the word (maxconf)
};

/// How votes are counted.
struct RoverOptions {
  RoverMethod method = RoverMethod::kFrequency;
  double alpha = 1;            ///< weight of the number of votes against the confidences, 0 to 1
  double null_confidence = 0;  ///< of a vote for no word, 0 to 1
};

/// Fuses what several systems heard in one clip: ROVER, after J. G. Fiscus, "A post-processing
/// system to yield reduced word error rates: Recognizer Output Voting Error Reduction (ROVER)",
/// ASRU 1997.
///
/// Systems are aligned one after another into a network of slots, of which each holds a vote a
/// system; the winner of a slot maximises alpha * N(w) / N + (1 - alpha) * C(w), and of equals the
/// one that the earlier system voted for: best system first. Alignment, ties and
/// counting are those of NIST's program `rover` (sctk), so the words are the same. Words are
/// compared without regard to ASCII case; the first spelling is kept.
///
/// @return the winners, with the mean times of their votes and the mean confidence; where a
///         confidence is not known (NaN), the share of votes stands for it.
/// @throws DataError for clips too long to align, DataError for more than 255 systems.
std::vector<Word> rover(
    const std::vector<std::vector<Word>>& systems, const RoverOptions& options = {});

}  // namespace sotto::decoding
