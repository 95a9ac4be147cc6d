#include "decoding/hypothesis.h"

namespace sotto::decoding {

std::vector<int64_t> Hypothesis::labels() const {
  std::vector<int64_t> kept;
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i] != tokens.front()) {  // sos and eos are one token
      kept.push_back(tokens[i]);
    }
  }
  return kept;
}

}  // namespace sotto::decoding
