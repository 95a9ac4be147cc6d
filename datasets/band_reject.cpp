#include "datasets/band_reject.h"

#include <algorithm>
#include <cmath>

#include "datasets/utterance.h"

namespace sotto::datasets {

void reject_band(Wave& wave, double low_hz, double high_hz) {
  constexpr double kPi = 3.14159265358979323846;
  // The bilinear transform of (s^2 + w1 w2) / (s^2 + (w2 - w1) s + w1 w2), edges warped beforehand.
  const double w1 = std::tan(kPi * low_hz / kSampleRateHz);
  const double w2 = std::tan(kPi * high_hz / kSampleRateHz);
  const double square = w1 * w2;
  const double width = w2 - w1;
  const double scale = 1 / (1 + width + square);
  const double b0 = (1 + square) * scale;
  const double b1 = 2 * (square - 1) * scale;
  const double a2 = (1 - width + square) * scale;
  double state1 = 0;
  double state2 = 0;
  for (float& sample : wave) {
    const double x = sample;
    const double y = b0 * x + state1;
    state1 = b1 * (x - y) + state2;
    state2 = b0 * x - a2 * y;
    sample = static_cast<float>(y);
  }
}

void reject_random_band(Wave& wave, double widest_hz, Random& random) {
  constexpr double kHighest = kSampleRateHz / 2.0;
  const double width = random.uniform(0, std::min(widest_hz, kHighest));
  const double low = random.uniform(0, kHighest - width);
  reject_band(wave, low, low + width);
}

}  // namespace sotto::datasets
