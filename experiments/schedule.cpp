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

double warmup_root(int64_t step, double peak, double warmup) {
  const auto s = static_cast<double>(step + 1);
  return s < warmup ? peak * s / warmup : peak * std::sqrt(std::max(warmup, 1.0) / s);
}

double learning_rate(const StageSchedule& stage, int64_t step, int64_t steps) {
  const double warmup = stage.warmup_steps > 0
                            ? static_cast<double>(stage.warmup_steps)
                            : stage.warmup_epochs * static_cast<double>(steps);
  if (stage.schedule == "noam") {
    return warmup_root(step, stage.learning_rate, warmup);
  }
  if (stage.schedule == "constant") {
    return stage.learning_rate * std::min(1.0, static_cast<double>(step + 1) / std::max(1.0, warmup));
  }
  return warmup_cosine(
      step, stage.learning_rate, warmup, stage.epochs * steps, stage.final_share,
      stage.late_schedule);
}

}  // namespace sotto::experiments
