#pragma once

#include <cstdint>
#include <vector>

#include "decoding/transcript.h"

namespace sotto::decoding {

/// What one system says in a slot. Equal words have equal ids.
struct RoverVote {
  int64_t id = -1;
  const Word* word = nullptr;  ///< null: no word (NULL, which NIST's files write `@`)
};

/// Fiscus' word transition network: a sequence of slots, in each a vote of every system so far, in
/// the order in which they came in.
class RoverNetwork {
 public:
  using Slot = std::vector<RoverVote>;

  /// Aligns a further system to the network by the cheapest path and adds its votes.
  /// Of equally cheap steps a pair is taken before an insertion before a deletion.
  /// @throws DataError if the table of the alignment would be too large.
  void add(const std::vector<RoverVote>& words);

  const std::vector<Slot>& slots() const { return slots_; }

 private:
  std::vector<Slot> slots_;
  size_t systems_ = 0;
};

}  // namespace sotto::decoding
