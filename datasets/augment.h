#pragma once

#include <string>
#include <vector>

#include "common/options.h"
#include "common/random.h"
#include "datasets/clip_random.h"
#include "datasets/cut_out.h"
#include "datasets/inputs.h"
#include "datasets/lips_view.h"
#include "datasets/time_mask.h"
#include "datasets/utterance.h"
#include "datasets/utterance_edit.h"

namespace sotto::datasets {

/// What training does to clips. Everything is off by default.
struct AugmentOptions : Options {
  double shift = 0;
  double rotate = 0;
  double scale = 0;
  double flip = 0;
  double contrast = 0;
  double brightness = 0;
  double saturation = 0;
  double hue = 0;
  CutOutOptions cut_out;
  double splice = 0;
  double splice_border = 0.5;
  double trim = 0;
  std::vector<int64_t> trim_margin = {3, 14};
  double speed_chance = 0;
  double speed_range = 0.13;
  std::vector<double> speeds;
  double frame_jitter = 0;
  int64_t lips_mask = 0;
  int64_t lips_mask_every = 0;
  double wave_mask = 0;
  double wave_mask_chance = 0.5;
  TimeMaskOptions time_mask;
  double band_reject = 0;
  double band_reject_chance = 0.5;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// A random view of one clip's lips.
LipsView draw_view(const AugmentOptions& options, const ClipRandom& random);

/// The utterance at another speed, and with frames lost or doubled.
void augment_time(const AugmentOptions& options, const ClipRandom& random, Utterance& utterance);

/// Cut-outs and masks of normalised pictures (T, C, S, S).
/// @param regularise  masks too
void augment_pictures(
    const AugmentOptions& options, const InputOptions& inputs, const ClipRandom& random,
    bool regularise, float* pictures, int64_t T);

/// Band rejection and masks of sound that no noise was added to.
/// @param regularise  masks too
void augment_wave(
    const AugmentOptions& options, const ClipRandom& random, bool regularise,
    std::vector<float>& wave);

}  // namespace sotto::datasets
