#pragma once

#include "common/random.h"
#include "datasets/noise.h"

namespace sotto::datasets {

/// Normal noise of unit power: as strong in every hertz.
Wave white_noise(size_t samples, Random& random);

/// Normal noise that falls by 3 dB an octave: as strong in every octave, from about 20 Hz on.
Wave pink_noise(size_t samples, Random& random);

}  // namespace sotto::datasets
