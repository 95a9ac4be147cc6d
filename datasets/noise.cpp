#include "datasets/noise.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

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
  v.field("kinds", kinds, "of babble, pink, white and files, one is drawn");
  v.field("shares", shares, at_least(0), "", "how often each kind is drawn; empty: equally often");
  v.field("files", files, "media files, or folders of them, with noise or music: kind files");
  v.field("talkers", talkers, at_least(1), "voices", "how many voices make babble; one is drawn");
  v.field(
      "snr", snr, "ratios in dB to choose from, and clean, instead of a range: [-5, 0, 5, clean]");
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

void NoiseOptions::validate() const {
  for (const std::string& kind : kinds) {
    if (kind != "babble" && kind != "pink" && kind != "white" && kind != "files") {
      throw ConfigError("noise.kinds: expected babble, pink, white or files, got '" + kind + "'");
    }
  }
  if (kinds.empty() || talkers.empty()) {
    throw ConfigError("noise: expected at least one of kinds and of talkers");
  }
  if (snr.empty() && snr_low > snr_high) {
    throw ConfigError("noise.snr_low: is above noise.snr_high");
  }
  if (!shares.empty() && shares.size() != kinds.size()) {
    throw ConfigError("noise.shares: expected " + std::to_string(kinds.size()) + ", one a kind, got " +
                      std::to_string(shares.size()));
  }
  if (!shares.empty() && *std::max_element(shares.begin(), shares.end()) <= 0) {
    throw ConfigError("noise.shares: expected one above 0");
  }
  const bool listed = std::find(kinds.begin(), kinds.end(), "files") != kinds.end();
  if (listed == files.empty()) {
    throw ConfigError(
        listed ? "noise.files: expected media files or folders for the kind files, got none"
               : "noise.kinds: expected files among them, because noise.files names some");
  }
  snr_list();
}

bool NoiseOptions::uses(const std::string& kind) const {
  const auto found = std::find(kinds.begin(), kinds.end(), kind);
  return (chance > 0 || only > 0) && found != kinds.end() &&
         (shares.empty() || shares[static_cast<size_t>(found - kinds.begin())] > 0);
}

std::vector<std::optional<double>> NoiseOptions::snr_list() const {
  std::vector<std::optional<double>> list;
  for (const std::string& text : snr) {
    size_t used = 0;
    double value = 0;
    try {
      value = text == "clean" ? 0 : std::stod(text, &used);
    } catch (const std::exception&) {
      used = 0;
    }
    if (text == "clean") {
      list.emplace_back(std::nullopt);
    } else if (used == text.size() && used > 0 && std::abs(value) <= 100) {
      list.emplace_back(value);
    } else {
      throw ConfigError("noise.snr: expected ratios in dB, -100 to 100, or clean, got '" + text + "'");
    }
  }
  return list;
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
    if (energy(wave) > 0) {
      add_voice(noise, wave, static_cast<size_t>(random.below(static_cast<int64_t>(wave.size()))));
    }
  }
  return noise;
}

void add_voice(Wave& noise, const Wave& voice, size_t start) {
  const double power = energy(voice) / std::max<double>(1, static_cast<double>(voice.size()));
  if (power > 0) {
    add_from(noise, voice, start, 1.0 / std::sqrt(power));
  }
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
