#pragma once

#include <memory>

#include "experiments/processes.h"

namespace sotto::experiments {

/// Several processes by c10d. @throws ConfigError if they do not meet.
std::shared_ptr<Processes> join_together(const Launch& launch);

}  // namespace sotto::experiments
