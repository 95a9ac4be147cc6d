#pragma once

#include "datasets/inputs.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

/// How one clip's pictures are looked at: the same for all its frames.
struct LipsView {
  double rotation_rad = 0;
  double scale = 1;      ///< 1.1 shows 10 % more of the crop
  double shift_x = 0;    ///< pixels of the crop
  double shift_y = 0;
  bool flip = false;     ///< left and right swapped
  double contrast = 1;   ///< of the normalised values
  double brightness = 0; ///< added to the normalised values
  double saturation = 1; ///< of colours: 0 makes them grey
  double hue_rad = 0;    ///< colours turn by it, as bright as they were
};

/// Samples the window of every frame (bilinear, edges repeated) and normalises it to
/// ((value / 255 - mean) / deviation) * contrast + brightness. A plain view of window = size copies
/// the centre of the crop exactly.
///
/// @param out  room for frames * C * size * size values, C channels as the options say.
/// @param crop  RGB; or grey, where no colour is wanted.
/// @throws DataError for any other.
void view_lips(const Crop& crop, const InputOptions& options, const LipsView& view, float* out);

}  // namespace sotto::datasets
