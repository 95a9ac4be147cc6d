#include "decoding/hypothesis.h"

namespace sotto::decoding {

std::vector<int64_t> Hypothesis::labels() const {
  // By count, not by value: CTC may read the class of eos as a label.
  if (static_cast<int64_t>(tokens.size()) <= ends) {
    return {};
  }
  return std::vector<int64_t>(tokens.begin() + 1, tokens.end() - ends);
}

Hypothesis ctc_hypothesis(const std::vector<int64_t>& labels, int64_t eos, double score) {
  Hypothesis hypothesis;
  hypothesis.tokens.push_back(eos);
  hypothesis.tokens.insert(hypothesis.tokens.end(), labels.begin(), labels.end());
  hypothesis.tokens.push_back(eos);
  hypothesis.score = score;
  hypothesis.parts["ctc"] = score;
  return hypothesis;
}

}  // namespace sotto::decoding
