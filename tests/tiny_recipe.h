#pragma once

#include <string>
#include <vector>

#include "experiments/recipe.h"

namespace sotto::tests {

/// A recipe of every part at a few channels: lips, log-mel sound, gated fusion, all heads and
/// losses, two stages. The store is to be given.
inline constexpr const char* kTinyRecipe = R"(
name: tiny
about: for tests
domain: nothing
licence: none
seed: 3
data: {label_words: 8, loader: {frames: 64, workers: 2}}
model:
  input: {window: 32, size: 16, mean: 0.5, deviation: 0.25}
  video:
    frontend: {type: resnet3d, stem_channels: 4, stem_kernel: [3, 5, 5], widths: [4, 6], blocks: 1,
               pooling: flatten}
    encoder: {type: conformer, dim: 16, heads: 2, layers: 2, feed_forward: 24, kernel: 5}
  audio:
    frontend: {type: log_mel, bands: 16, channels: [4, 4], mask_bands: 3}
    encoder: {type: conformer, dim: 16, heads: 2, layers: 1, feed_forward: 24, kernel: 5}
  fusion: {type: mlp, hidden: 24, norm: layernorm, activation: swish, gate: true}
  decoder: {layers: 1, heads: 2, feed_forward: 24}
  stream_ctc: true
augment: {shift: 2, rotate: 0.05, contrast: 0.1, brightness: 0.1, splice: 0.5, trim: 0.5,
          trim_margin: [2, 6], speed_chance: 0.5, lips_mask: 3, wave_mask: 0.1}
noise: {chance: 0.5, only: 0.1, talkers: [2, 3], snr_low: -5, ramp: 0.5}
stages:
  - name: streams
    streams: av
    epochs: 2
    learning_rate: 0.004
    warmup_epochs: 0.5
    loss: {av: 0, stream_ctc: 1, frame_labels: 0.5, by_length: true}
  - name: joint
    streams: av
    epochs: 2
    learning_rate: 0.004
    warmup_epochs: 0.5
    regularise_after: 0.5
    loss: {ctc_weight: 0.5, av: 1, a: 1, v: 1, stream_ctc: 0.3, frame_labels: 0.5, by_length: true,
           audio_only: 0.2, video_only: 0.2}
decode: {beam: 3}
)";

inline experiments::Recipe tiny_recipe(
    const std::string& store, const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all = {"data.store=" + store};
  all.insert(all.end(), overrides.begin(), overrides.end());
  experiments::Recipe recipe;
  read_yaml(kTinyRecipe, "tiny.yaml", all, recipe);
  return recipe;
}

}  // namespace sotto::tests
