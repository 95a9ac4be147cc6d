#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sotto::decoding {

/// One reading that a search found.
struct Hypothesis {
  std::vector<int64_t> tokens;          ///< sos, labels, eos
  int64_t ends = 1;                     ///< how many eos; 2 where the length limit adds another
  double score = 0;                     ///< weighted sum of natural log-probabilities
  std::map<std::string, double> parts;  ///< unweighted sums by scorer: "decoder", "ctc", ...

  /// The tokens without sos and eos.
  std::vector<int64_t> labels() const;
};

/// A labelling by CTC alone, between sos and eos; `parts` holds "ctc".
Hypothesis ctc_hypothesis(const std::vector<int64_t>& labels, int64_t eos, double score);

}  // namespace sotto::decoding
