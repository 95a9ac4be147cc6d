#pragma once

#include <cstdint>
#include <vector>

#include "encoders/attention.h"

namespace sotto::decoding {

/// What a decoder or a language model remembers of N prefixes of `length` tokens: keys and values of
/// its self-attention, a cache a layer; none before the first step.
struct PrefixCache {
  std::vector<encoders::KeyValueCache> layers;
  int64_t length = 0;

  /// The prefixes `index` (M) int64, repeats allowed.
  PrefixCache select(const at::Tensor& index) const {
    PrefixCache chosen;
    chosen.length = length;
    for (const encoders::KeyValueCache& layer : layers) {
      chosen.layers.push_back(layer.select(index));
    }
    return chosen;
  }
};

}  // namespace sotto::decoding
