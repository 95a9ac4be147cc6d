#pragma once

#include <ATen/ATen.h>

#include "datasets/loader.h"

namespace sotto::tests {

/// A batch of two clips, of 8 and 5 frames of random lips and sound, with labels below 30.
/// @param side  of the pictures
inline datasets::Batch two_clips(int64_t side, uint64_t seed) {
  at::manual_seed(seed);
  datasets::Batch batch;
  batch.ids = {"a", "b"};
  batch.texts = {"a", "b"};
  batch.lengths = Lengths({8, 5}, 8);
  batch.presence = at::ones({2, 2});
  batch.audio_weight = at::tensor({1.0F, 0.5F});
  batch.lips = batch.lengths.zero_padding(at::randn({2, 8, 1, side, side}), 1);
  batch.wave = batch.lengths.zero_padding(at::randn({2, 8 * 640, 1}), 1, 640);
  batch.tokens = {{3, 4, 4}, {9}};
  return batch;
}

}  // namespace sotto::tests
