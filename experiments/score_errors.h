#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// One unit heard for another; an empty side: inserted, or deleted.
struct Confusion {
  std::string reference;
  std::string hypothesis;
  int64_t count = 0;
};

/// What went wrong, beyond rates.
struct ErrorKinds {
  int64_t empty = 0;  ///< clips with words of which nothing was heard
  int64_t loops = 0;  ///< clips whose hypothesis goes round in a circle, see has_loop
  std::vector<Confusion> confusions;  ///< the most frequent, the most frequent first, then by name
};

/// Whether up to eight units follow each other three times or more, and at least twice more often
/// than in the reference: a decoder that repeats itself.
bool has_loop(
    const std::vector<std::string>& reference, const std::vector<std::string>& hypothesis);

/// @param most  confusions that are listed
ErrorKinds find_errors(
    const std::vector<ScoredText>& texts,
    ScoreUnit unit,
    const ScoreOptions& options = {},
    size_t most = 20);

/// Lines of the first `most` confusions for people.
std::string format_confusions(const std::vector<Confusion>& confusions, size_t most);

}  // namespace sotto::experiments
