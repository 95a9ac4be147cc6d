#pragma once

#include <cstdint>

namespace sotto::datasets::synth {

/// Frames a second as a fraction: 25/1, 30000/1001.
struct FrameRate {
  int64_t numerator = 25;
  int64_t denominator = 1;

  double per_second() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
  double seconds(int64_t frames) const { return static_cast<double>(frames) / per_second(); }
};

/// The fraction that a decimal number stands for: 29.97 is 30000/1001.
FrameRate frame_rate(double per_second);

}  // namespace sotto::datasets::synth
