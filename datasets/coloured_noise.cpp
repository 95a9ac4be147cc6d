#include "datasets/coloured_noise.h"

#include <array>
#include <cmath>

#include "datasets/utterance.h"

namespace sotto::datasets {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

Wave white_noise(size_t samples, Random& random) {
  Wave noise(samples + samples % 2);
  for (size_t i = 0; i < noise.size(); i += 2) {  // Box and Muller 1958
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double angle = 2 * kPi * random.uniform();
    noise[i] = static_cast<float>(radius * std::cos(angle));
    noise[i + 1] = static_cast<float>(radius * std::sin(angle));
  }
  noise.resize(samples);
  return noise;
}

Wave pink_noise(size_t samples, Random& random) {
  // The integral of sqrt(w) / (w + s) over log w is pi / sqrt(s): low passes an octave apart, each
  // with a gain of 1 / sqrt(w) where it passes, add up to the amplitude that falls as 1 / sqrt(f).
  constexpr size_t kOctaves = 15;   // from 2 Hz to 32 kHz
  constexpr size_t kBefore = 8000;  // until the slowest have forgotten that they began with nothing
  std::array<double, kOctaves> decay = {};
  std::array<double, kOctaves> gain = {};
  std::array<double, kOctaves> state = {};
  for (size_t i = 0; i < kOctaves; ++i) {
    const double w = 2 * kPi * 2.0 * std::pow(2.0, static_cast<double>(i)) / kSampleRateHz;
    decay[i] = std::exp(-w);
    gain[i] = (1 - decay[i]) / std::sqrt(w);
  }
  const Wave white = white_noise(samples + kBefore, random);
  Wave noise(samples);
  for (size_t n = 0; n < white.size(); ++n) {
    double sum = 0;
    for (size_t i = 0; i < kOctaves; ++i) {
      state[i] = decay[i] * state[i] + gain[i] * white[n];
      sum += state[i];
    }
    if (n >= kBefore) {
      noise[n - kBefore] = static_cast<float>(sum);
    }
  }
  return noise;
}

}  // namespace sotto::datasets
