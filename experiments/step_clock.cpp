#include "experiments/step_clock.h"

#include <algorithm>
#include <cstdio>

namespace sotto::experiments {

double StepClock::Count::seconds() const {
  return std::max(1e-9, std::chrono::duration<double>(Clock::now() - begin).count());
}

StepClock::StepClock(const char* unit) : unit_(unit), waiting_since_(Clock::now()) {
  line_.begin = waiting_since_;
  shown_.begin = waiting_since_;
}

void StepClock::waits() {
  waiting_since_ = Clock::now();
}

void StepClock::computes(int64_t frames) {
  const double waited = std::chrono::duration<double>(Clock::now() - waiting_since_).count();
  for (Count* count : {&line_, &shown_}) {
    count->waited_s += waited;
    count->frames += static_cast<double>(frames);
  }
}

std::string StepClock::note(double loss) {
  if (shown_rate_ == 0 || shown_.seconds() > 10) {
    shown_rate_ = shown_.frames / shown_.seconds();
    shown_ = Count();
    shown_.begin = Clock::now();
  }
  char text[64];
  std::snprintf(text, sizeof text, "loss %.3f, %.0f %s/s", loss, shown_rate_, unit_);
  return text;
}

void StepClock::start_line() {
  line_ = Count();
  line_.begin = Clock::now();
}

}  // namespace sotto::experiments
