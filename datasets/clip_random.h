#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/random.h"

namespace sotto::datasets {

/// The generators of one clip in one epoch, one for each augmentation by its name: they depend on
/// nothing else, neither on the batch, the worker or the process nor on what other augmentations
/// draw, so that one can be switched on or off while the others go on as they did.
class ClipRandom {
 public:
  ClipRandom(uint64_t seed, uint64_t epoch, std::string utterance)
      : seed_(seed), epoch_(epoch), utterance_(std::move(utterance)) {}

  Random of(std::string_view augmentation) const {
    return Random(seed_, epoch_, utterance_ + '\n' + std::string(augmentation));
  }

 private:
  uint64_t seed_;
  uint64_t epoch_;
  std::string utterance_;
};

}  // namespace sotto::datasets
