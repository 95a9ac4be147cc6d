#include <algorithm>
#include <iostream>
#include <thread>

#include "common/child_process.h"
#include "experiments/experiment.h"
#include "experiments/spawn.h"
#include "tools/commands.h"
#include "tools/core.h"
#include "tools/shared_files.h"
#include "tools/train_experiment.h"

namespace sotto::tools {

int command_train(int argc, char** argv) {
  TrainRequest request;
  Arguments arguments(
      "train",
      "Train a model as a recipe says, or do all steps of an experiment. Stopped at any moment, it "
      "goes on with --resume.",
      "sotto train experiments/recipes/grid.yaml --out runs/grid\n"
      "  sotto train grid data.store=stores/grid stages.0.epochs=3 --out runs/try\n"
      "  sotto train grid --out runs/grid --resume");
  arguments.positional("RECIPE", request.recipe, "a file, or the name of a shipped recipe");
  arguments.rest("CHANGE", request.overrides, 0, "key.sub=value, applied in the order given");
  arguments.option("--out", request.out, "RUN", "folder for models, checkpoints and the log", true);
  arguments.flag("--resume", request.resume, "go on where RUN stopped");
  arguments.names(
      "--redo", request.redo, "STEP,...",
      "of an experiment: go on, and do these steps and all that need them again");
  arguments.option(
      "--beside", request.beside, "DIR",
      "where the recipe's relative paths are looked for first (default: beside the recipe)");
  arguments.option("--device", request.device, "NAME", "auto, cpu, cuda or cuda:N (auto)");
  arguments.integer(
      "--processes", request.processes, "N", 1,
      "processes that train together on this machine (1, or as a cluster's launcher says)");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  const std::string recipe = recipe_path(request, request.recipe);
  if (experiments::is_experiment(recipe)) {
    request.recipe = recipe;
    return train_experiment(request);
  }
  if (!request.redo.empty()) {
    throw ConfigError("train: --redo is for experiments; " + recipe + " is one training");
  }
  if (request.processes > 1 && !experiments::is_spawned()) {
    const auto cores = static_cast<int64_t>(std::thread::hardware_concurrency());
    if (request.processes > cores && request.device != "cuda") {
      std::cerr << "train: " << request.processes << " processes on " << cores
                << " cores wait for each other\n";
    }
    experiments::Spawn spawn;
    spawn.count = request.processes;
    spawn.words = {own_path()};
    spawn.words.insert(spawn.words.end(), argv, argv + argc);
    spawn.threads = std::max<int64_t>(
        1, static_cast<int64_t>(std::thread::hardware_concurrency()) / request.processes);
    return experiments::run_processes(spawn);
  }
  return run_in_core("train", &request);
}

}  // namespace sotto::tools
