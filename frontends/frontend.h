#pragma once

#include <torch/nn/module.h>

#include "common/lengths.h"
#include "common/registry.h"

namespace sotto::frontends {

/// The pictures that a lips front end will see.
struct Pictures {
  // NOLINTNEXTLINE: a side alone stands for grey pictures
  Pictures(int64_t picture_side, int64_t picture_channels = 1)
      : side(picture_side), channels(picture_channels) {}

  int64_t side;      ///< H = W
  int64_t channels;  ///< 1, or 3 in colour
};

/// What turns the raw input of one stream into one feature vector a video frame (25 per second).
class Frontend : public torch::nn::Module {
 public:
  /// @param input    lips: (B, T, C, H, W), normalised; sound: (B, 640 T, 1), 16 kHz. Padding is 0.
  /// @param lengths  valid video frames a clip.
  /// @return (B, T, output_dim()); frames past the lengths are unspecified.
  virtual at::Tensor forward(const at::Tensor& input, const Lengths& lengths) = 0;
  virtual int64_t output_dim() const = 0;
  /// The side H = W that pictures must have; 0: any.
  virtual int64_t fixed_side() const { return 0; }
};

/// Front ends for lips.
const Registry<Frontend, Pictures>& lips_frontend_registry();
/// Front ends for sound.
const Registry<Frontend>& sound_frontend_registry();

}  // namespace sotto::frontends
