#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/synth/synth.h"

namespace sotto::datasets::synth {

/// Where the sentences come from: a file, line by line and from its start again, or made up.
class SentenceSource {
 public:
  /// @throws DataError if the file cannot be read or has no sentence.
  SentenceSource(const SynthOptions& options, const std::string& language);

  /// The next sentence, one that fits into `seconds` if it is made up. 0: of ordinary length.
  std::string next(double seconds = 0);

 private:
  bool mandarin_;
  uint64_t seed_;
  int64_t given_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace sotto::datasets::synth
