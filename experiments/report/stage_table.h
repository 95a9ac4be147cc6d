#pragma once

#include <string>

#include "experiments/report/run_data.h"

namespace sotto::experiments {

/// A table of a run's stages, those of the recipe that have not begun included: epochs done, steps,
/// learning rate, time, the lowest errors. HTML.
std::string stage_table(const RunData& run);

}  // namespace sotto::experiments
