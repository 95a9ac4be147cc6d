#include "decoding/hypothesis.h"

namespace sotto::decoding {

std::vector<int64_t> Hypothesis::labels() const {
  // By count, not by value: CTC may read the class of eos as a label.
  if (static_cast<int64_t>(tokens.size()) <= ends) {
    return {};
  }
  return std::vector<int64_t>(tokens.begin() + 1, tokens.end() - ends);
}

}  // namespace sotto::decoding
