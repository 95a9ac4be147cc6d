#pragma once

#include <optional>

#include "experiments/checkpoint.h"
#include "experiments/processes.h"
#include "experiments/run_folder.h"

namespace sotto::experiments {

/// Where a run goes on: the state of its checkpoint; nothing if it begins. Processes that train
/// together have to read the same checkpoint, from a disk that they share; none comes back before all have looked.
/// @throws ConfigError in each process if one of them finds another place than the first one does;
///         CheckpointError, ProcessLost.
std::optional<TrainingState> place_to_go_on(
    const RunFolder& folder, bool resume, Processes& processes);

}  // namespace sotto::experiments
