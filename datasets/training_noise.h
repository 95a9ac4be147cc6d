#pragma once

#include "datasets/clip_random.h"
#include "datasets/noise.h"

namespace sotto::datasets {

/// Noise of one kind of NoiseOptions, as long as asked for. Nothing where the sources have none.
Wave draw_noise_of(
    const std::string& kind,
    const NoiseOptions& options,
    const NoiseSources& sources,
    size_t samples,
    Random& random);

/// Mixes noise into a clip as the options say, or puts noise in its place.
///
/// @param snr_low  dB, the lowest ratio of the range at present.
/// @return how much a loss of the sound alone counts.
float mix_training_noise(
    const NoiseOptions& options,
    const NoiseSources& sources,
    double snr_low,
    const ClipRandom& random,
    Wave& wave);

}  // namespace sotto::datasets
