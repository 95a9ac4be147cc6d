#include "decoding/length_bonus_scorer.h"

#include <ATen/ATen.h>

namespace sotto::decoding {

at::Tensor LengthBonusScorer::score(const Prefixes& prefixes) {
  return at::ones({static_cast<int64_t>(prefixes.size()), V_}, at::kFloat);
}

}  // namespace sotto::decoding
