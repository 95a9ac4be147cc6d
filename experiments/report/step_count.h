#pragma once

#include <cstdint>
#include <string>

namespace sotto::experiments {

/// Steps of a whole run from those of its stages, which begin again at each stage.
class StepCount {
 public:
  /// @return the step counted from the run's beginning.
  int64_t add(const std::string& stage, int64_t step) {
    if (stage != stage_) {
      before_ += last_;
      stage_ = stage;
      last_ = 0;
    }
    last_ = step > last_ ? step : last_;
    return before_ + step;
  }

 private:
  std::string stage_;
  int64_t before_ = 0;
  int64_t last_ = 0;
};

}  // namespace sotto::experiments
