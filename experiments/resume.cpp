#include "experiments/resume.h"

#include <ATen/ATen.h>

#include <csignal>

#include "common/error.h"
#include "common/interrupt.h"
#include "experiments/training_task.h"

namespace sotto::experiments {

std::optional<TrainingState> place_to_go_on(
    const RunFolder& folder, bool resume, Processes& processes) {
  std::optional<TrainingState> state;
  if (resume && folder.has_checkpoint()) {
    state = read_checkpoint_state(folder.checkpoint());
  }
  const TrainingState place = state.value_or(TrainingState());
  const at::Tensor here = at::tensor(
      {int64_t{state ? 1 : 0}, place.stage, place.epoch, place.batch, place.step}, at::kLong);
  at::Tensor of_first = here.clone();
  processes.broadcast(of_first);
  const bool differs = !here.equal(of_first);
  if (processes.any(differs)) {
    throw ConfigError(
        folder.path() + ": " +
        (differs ? "process " + std::to_string(processes.rank()) + " of " +
                       std::to_string(processes.count()) +
                       (state ? " finds another checkpoint there than the first one"
                              : " finds no checkpoint there, the first one does")
                 : std::string("another process does not find the same checkpoint there")) +
        "; expected one folder that all of them see, on a disk that they share");
  }
  return state;
}

void throw_interrupted() {
  throw_if_interrupted(kContinueTraining);
  throw Interrupted(SIGTERM, std::string("another process was stopped; ") + kContinueTraining);
}

void work_together(Processes& processes, const std::function<void()>& work) {
  bool interrupted = false;
  try {
    work();
  } catch (const Interrupted&) {
    interrupted = true;
  }
  if (processes.any(interrupted)) {
    throw_interrupted();
  }
}

}  // namespace sotto::experiments
