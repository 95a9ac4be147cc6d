#pragma once

#include "common/random.h"
#include "datasets/noise.h"

namespace sotto::datasets {

/// Takes a band out of the sound: a notch of second order, nothing at its centre, -3 dB at `low_hz`
/// and `high_hz`, both between 0 and 8 kHz.
void reject_band(Wave& wave, double low_hz, double high_hz);

/// A random band: up to `widest_hz` wide, anywhere between 0 and 8 kHz, both uniform (Ma et al.
/// 2021 name "band rejection" among their augmentations; widths are not published).
void reject_random_band(Wave& wave, double widest_hz, Random& random);

}  // namespace sotto::datasets
