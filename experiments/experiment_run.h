#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/experiment.h"

namespace sotto::experiments {

/// How an experiment is run.
struct ExperimentRun {
  std::string program;                   ///< sotto itself
  std::vector<PlannedStep> steps;
  std::string run;                       ///< folder
  bool resume = false;                   ///< go on where it was stopped
  std::vector<std::string> redo;         ///< steps to be done again, with all that need them
  int64_t processes = 1;                 ///< of each training
  std::vector<std::string> train_words;  ///< further words of each training's command line
};

/// Runs the steps one after the other, each in a process of its own. A training goes to RUN/NAME, what
/// a command prints to RUN/NAME.txt and to standard output; RUN/experiment.json lists what is done.
/// All recipes and command lines are checked before the first step. Started as one of several processes, trainings are
/// done by all of them, commands by the first.
/// @return the exit code of the step that failed; 0 when all are done.
/// @throws Interrupted after a signal; ConfigError if `run` exists and `resume` is false, or a step
///         that is done, or one that it needs, was changed.
int run_experiment(const ExperimentRun& experiment);

}  // namespace sotto::experiments
