#pragma once

#include <functional>
#include <optional>

#include "experiments/checkpoint.h"
#include "experiments/processes.h"
#include "experiments/run_folder.h"

namespace sotto::experiments {

/// Where a run goes on: the state of its checkpoint; nothing if it begins. Processes that train
/// together have to read the same checkpoint, from a disk that they share; none comes back before all
/// have looked.
/// @throws ConfigError in each process if one of them finds another place than the first one does;
///         CheckpointError, ProcessLost.
std::optional<TrainingState> place_to_go_on(
    const RunFolder& folder, bool resume, Processes& processes);

/// Ends a training that this process or another one was asked to stop. @throws Interrupted.
[[noreturn]] void throw_interrupted();

/// Does what each process has to do of a validation. Where one of them is interrupted, all are, once
/// each has done its share: none may wait for another in what follows.
/// @param work  may throw Interrupted
/// @throws Interrupted, ProcessLost.
void work_together(Processes& processes, const std::function<void()>& work);

}  // namespace sotto::experiments
