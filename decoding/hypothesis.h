#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sotto::decoding {

/// One reading that a search found.
struct Hypothesis {
  std::vector<int64_t> tokens;          ///< sos, labels, eos (twice at the length limit)
  double score = 0;                     ///< weighted sum of natural log-probabilities
  std::map<std::string, double> parts;  ///< unweighted sums by scorer: "decoder", "ctc", ...

  /// The tokens without sos and eos.
  std::vector<int64_t> labels() const;
};

}  // namespace sotto::decoding
