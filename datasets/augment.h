#pragma once

#include <string>
#include <vector>

#include "common/options.h"
#include "common/random.h"
#include "datasets/lips_view.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// What training does to clips. Everything is off by default.
struct AugmentOptions : Options {
  double shift = 0;
  double rotate = 0;
  double scale = 0;
  double flip = 0;
  double contrast = 0;
  double brightness = 0;
  double splice = 0;
  double splice_border = 0.5;
  double trim = 0;
  std::vector<int64_t> trim_margin = {3, 14};
  double speed_chance = 0;
  double speed_range = 0.13;
  int64_t lips_mask = 0;
  int64_t lips_mask_every = 0;
  double wave_mask = 0;
  double wave_mask_chance = 0.5;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// A random view of one clip's lips.
LipsView draw_view(const AugmentOptions& options, Random& random);

/// The frames [first, first + frames) of an utterance; words move with them and those outside go.
Utterance cut(const Utterance& utterance, int64_t first, int64_t frames);

/// `first` followed by `second`: pictures, sound and words.
void append(Utterance& first, const Utterance& second);

/// Lips and sound played `factor` times as fast (nearest frames, linear sound), words with them.
Utterance change_speed(const Utterance& utterance, double factor);

/// First and last frame (exclusive) with speech by the word times; the whole clip without them.
std::pair<int64_t, int64_t> speech_span(const Utterance& utterance);

/// Sets random runs of frames (T, values_a_frame) to 0, the mean of normalised pictures: one run of
/// 0 to `widest` frames, or one every `every` frames.
void mask_frames(
    float* values, int64_t frames, int64_t values_a_frame, int64_t widest, int64_t every,
    Random& random);

}  // namespace sotto::datasets
