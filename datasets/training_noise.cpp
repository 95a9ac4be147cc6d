#include "datasets/training_noise.h"

#include <algorithm>

#include "datasets/coloured_noise.h"

namespace sotto::datasets {
namespace {

const std::string& draw_kind(const NoiseOptions& options, Random& random) {
  if (options.shares.empty()) {
    return options
        .kinds[static_cast<size_t>(random.below(static_cast<int64_t>(options.kinds.size())))];
  }
  double sum = 0;
  for (const double share : options.shares) {
    sum += share;
  }
  double left = random.uniform(0, sum);
  size_t kind = 0;
  while (kind + 1 < options.kinds.size() && left >= options.shares[kind]) {
    left -= options.shares[kind++];
  }
  return options.kinds[kind];
}

/// Nothing: the clip stays clean.
std::optional<double> draw_snr(const NoiseOptions& options, double snr_low, Random& random) {
  const std::vector<std::optional<double>> list = options.snr_list();
  if (list.empty()) {
    return random.uniform(std::min(snr_low, options.snr_high), options.snr_high);
  }
  return list[static_cast<size_t>(random.below(static_cast<int64_t>(list.size())))];
}

}  // namespace

Wave draw_noise_of(
    const std::string& kind,
    const NoiseOptions& options,
    const NoiseSources& sources,
    size_t samples,
    Random& random) {
  if (kind == "white") {
    return white_noise(samples, random);
  }
  if (kind == "pink") {
    return pink_noise(samples, random);
  }
  if (kind == "files") {
    NoiseSources one;
    if (!sources.files.empty()) {
      one.recording =
          sources
              .files[static_cast<size_t>(random.below(static_cast<int64_t>(sources.files.size())))];
    }
    return draw_noise(one, 1, samples, random);
  }
  const auto choice = random.below(static_cast<int64_t>(options.talkers.size()));
  return draw_noise(sources, options.talkers[static_cast<size_t>(choice)], samples, random);
}

float mix_training_noise(
    const NoiseOptions& options,
    const NoiseSources& sources,
    double snr_low,
    const ClipRandom& random,
    Wave& wave) {
  const bool alone = random.of("noise.only").chance(options.only);
  if (!alone && !random.of("noise.chance").chance(options.chance)) {
    return 1;
  }
  Random ratio = random.of("noise.snr");
  const std::optional<double> snr = draw_snr(options, snr_low, ratio);
  if (!alone && !snr) {
    return 1;
  }
  Random kinds = random.of("noise.kind");
  const std::string& kind = draw_kind(options, kinds);
  Random source = random.of("noise." + kind);
  Wave noise = draw_noise_of(kind, options, sources, wave.size(), source);
  if (alone) {
    wave = std::move(noise);
    return 0;
  }
  add_noise(wave, noise, *snr);
  return *snr < options.weak_snr ? static_cast<float>(options.weak_weight) : 1.0F;
}

}  // namespace sotto::datasets
