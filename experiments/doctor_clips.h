#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/inputs.h"
#include "datasets/utterance.h"

namespace sotto::experiments {

/// What is measured of one opened clip; its pictures are not kept.
struct ClipMeasures {
  std::string id;
  bool lips = false;
  bool sound = false;
  // Of the window that a model looks at, grey values 0 to 1.
  double grey_mean = 0;
  double grey_square = 0;  ///< mean of squares
  double clipped = 0;      ///< share of values that are black or white altogether
  // Of what moves: squared differences of one picture and the next.
  double motion = 0;         ///< mean difference, grey values 0 to 255
  double motion_x = 0;       ///< its centre from the picture's, pixels to the right
  double motion_y = 0;       ///< pixels down
  double border_motion = 0;  ///< of the outer 8 pixels against the middle; a jittering crop has 1
  double loudness = 0;       ///< root of the mean square of the sound
  // A row a frame: blocks of the lips' grey and motion, for check_sync.
  std::vector<std::vector<float>> features;
  std::vector<float> energy;  ///< logarithm of the sound's power, a frame each
};

/// Blocks a side that check_sync looks at, within the middle 64 pixels of 96.
inline constexpr int64_t kSyncGrid = 4;
/// Frames of a clip that are used for it at most.
inline constexpr int64_t kSyncFrames = 500;

ClipMeasures measure_clip(
    const datasets::Utterance& utterance, const datasets::InputOptions& inputs);

}  // namespace sotto::experiments
