#pragma once

#include "tools/requests.h"

namespace sotto::tools {

/// Runs a recipe file of several steps. @return the exit code.
int train_experiment(const TrainRequest& request);

}  // namespace sotto::tools
