#include "experiments/schedule.h"

#include <algorithm>
#include <cmath>

namespace sotto::experiments {

double warmup_cosine(
    int64_t step, double peak, double warmup, int64_t steps, double final_share, bool late) {
  const auto s = static_cast<double>(late ? std::max<int64_t>(step - 1, 0) : step + 1);
  if (s < warmup) {
    return peak * s / warmup;
  }
  const double length = std::max(1.0, static_cast<double>(steps) - warmup);
  const double cosine = (1 + std::cos(M_PI * std::min(1.0, (s - warmup) / length))) / 2;
  return peak * (final_share + (1 - final_share) * cosine);
}

}  // namespace sotto::experiments
