#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/options.h"
#include "common/random.h"

namespace sotto::datasets {

using Wave = std::vector<float>;

/// Sound to mix in: the voices of other utterances, or one long recording.
struct NoiseSources {
  std::vector<std::shared_ptr<const Wave>> voices;
  std::shared_ptr<const Wave> recording;

  bool empty() const { return voices.empty() && !recording; }
};

/// Noise in training (grid and LRS recipes alike).
struct NoiseOptions : Options {
  double chance = 0;
  double only = 0;
  std::vector<int64_t> talkers = {4, 8};
  double snr_low = -5;
  double snr_high = 20;
  double ramp = 0;
  double weak_snr = -8;
  double weak_weight = 0.5;

  void visit(OptionVisitor& v) override;
};

/// Babble: `talkers` random voices at equal power, each from a random place, repeated as needed.
/// A recording is cut at a random place instead.
Wave draw_noise(const NoiseSources& sources, int64_t talkers, size_t samples, Random& random);

/// speech + g * noise with g such that 10 log10(E_speech / (g^2 E_noise)) = snr_db over the clip;
/// unchanged if either is silent.
void add_noise(Wave& speech, const Wave& noise, double snr_db);

/// Zero mean and unit variance over the clip: (x - mean) / sqrt(variance + 1e-8).
void normalise_wave(float* wave, size_t samples);

}  // namespace sotto::datasets
