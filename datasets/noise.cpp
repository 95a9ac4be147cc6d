#include "datasets/noise.h"

#include <cmath>

namespace sotto::datasets {
namespace {

double energy(const Wave& wave) {
  double sum = 0;
  for (const float sample : wave) {
    sum += static_cast<double>(sample) * sample;
  }
  return sum;
}

/// Adds `gain` times `source`, read round and round from `start`.
void add_from(Wave& target, const Wave& source, size_t start, double gain) {
  for (size_t i = 0; i < target.size(); ++i) {
    target[i] += static_cast<float>(gain * source[(start + i) % source.size()]);
  }
}

}  // namespace

void NoiseOptions::visit(OptionVisitor& v) {
  v.field("chance", chance, between(0, 1), "", "share of clips with noise");
  v.field("only", only, between(0, 1), "", "share of clips whose sound is noise alone");
  v.field("talkers", talkers, at_least(1), "voices", "how many voices make babble; one is drawn");
  v.field("snr_low", snr_low, between(-60, 100), "dB", "lowest signal-to-noise ratio");
  v.field("snr_high", snr_high, between(-60, 100), "dB", "highest signal-to-noise ratio");
  v.field(
      "ramp", ramp, between(0, 1), "share of the stage",
      "over which the lowest ratio falls from snr_high to snr_low");
  v.field(
      "weak_snr", weak_snr, between(-60, 100), "dB",
      "below it the losses of sound alone count weak_weight");
  v.field("weak_weight", weak_weight, between(0, 1), "", "see weak_snr");
}

Wave draw_noise(const NoiseSources& sources, int64_t talkers, size_t samples, Random& random) {
  Wave noise(samples, 0.0F);
  if (sources.recording && !sources.recording->empty()) {
    const Wave& recording = *sources.recording;
    const auto start = random.below(static_cast<int64_t>(recording.size()));
    add_from(noise, recording, static_cast<size_t>(start), 1.0);
    return noise;
  }
  for (int64_t i = 0; i < talkers && !sources.voices.empty(); ++i) {
    const auto voice = random.below(static_cast<int64_t>(sources.voices.size()));
    const Wave& wave = *sources.voices[static_cast<size_t>(voice)];
    const double power = energy(wave) / std::max<double>(1, static_cast<double>(wave.size()));
    if (power > 0) {
      const auto start = random.below(static_cast<int64_t>(wave.size()));
      add_from(noise, wave, static_cast<size_t>(start), 1.0 / std::sqrt(power));
    }
  }
  return noise;
}

void add_noise(Wave& speech, const Wave& noise, double snr_db) {
  const double speech_energy = energy(speech);
  const double noise_energy = energy(noise);
  if (speech_energy <= 0 || noise_energy <= 0) {
    return;
  }
  const double gain = std::pow(10.0, (10 * std::log10(speech_energy / noise_energy) - snr_db) / 20);
  add_from(speech, noise, 0, gain);
}

void normalise_wave(float* wave, size_t samples) {
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < samples; ++i) {
    sum += wave[i];
    squares += static_cast<double>(wave[i]) * wave[i];
  }
  const double count = std::max<double>(1, static_cast<double>(samples));
  const double mean = sum / count;
  const double scale = 1 / std::sqrt(std::max(0.0, squares / count - mean * mean) + 1e-8);
  for (size_t i = 0; i < samples; ++i) {
    wave[i] = static_cast<float>((wave[i] - mean) * scale);
  }
}

}  // namespace sotto::datasets
