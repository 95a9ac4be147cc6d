#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/options.h"
#include "common/random.h"

namespace sotto::datasets {

using Wave = std::vector<float>;

/// Sound to mix in: the voices of other utterances, or one long recording of babble; and noises.
struct NoiseSources {
  std::vector<std::shared_ptr<const Wave>> voices;
  std::shared_ptr<const Wave> recording;
  std::vector<std::shared_ptr<const Wave>> files;  ///< of NoiseOptions::files
};

/// Noise in training (grid and LRS recipes alike).
struct NoiseOptions : Options {
  double chance = 0;
  double only = 0;
  std::vector<std::string> kinds = {"babble"};
  std::vector<double> shares;
  std::vector<std::string> files;
  std::vector<int64_t> talkers = {4, 8};
  std::vector<std::string> snr;
  double snr_low = -5;
  double snr_high = 20;
  double ramp = 0;
  double weak_snr = -8;
  double weak_weight = 0.5;

  void visit(OptionVisitor& v) override;
  void validate() const override;

  /// Whether noise of a kind is ever drawn.
  bool uses(const std::string& kind) const;
  /// `snr` in dB, nothing for "clean"; empty where the ratio is drawn from a range.
  std::vector<std::optional<double>> snr_list() const;
};

/// Babble: `talkers` random voices at equal power, each from a random place, repeated as needed.
/// A recording is cut at a random place instead.
Wave draw_noise(const NoiseSources& sources, int64_t talkers, size_t samples, Random& random);

/// Adds a voice, or a recording, at unit power, read round and round from `start`; silence adds nothing.
void add_voice(Wave& noise, const Wave& voice, size_t start);

/// speech + g * noise with g such that 10 log10(E_speech / (g^2 E_noise)) = snr_db over the clip;
/// unchanged if either is silent.
void add_noise(Wave& speech, const Wave& noise, double snr_db);

/// Zero mean and unit variance over the clip: (x - mean) / sqrt(variance + 1e-8).
void normalise_wave(float* wave, size_t samples);

}  // namespace sotto::datasets
