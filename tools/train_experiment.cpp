#include "tools/train_experiment.h"

#include "common/child_process.h"
#include "experiments/experiment_run.h"

namespace sotto::tools {

int train_experiment(const TrainRequest& request) {
  experiments::ExperimentRun experiment;
  experiment.program = own_path();
  std::vector<std::string> recipes;
  for (const std::string& folder : request.shared_folders) {
    recipes.push_back(folder + "/recipes");
  }
  experiment.steps =
      experiments::plan_experiment(request.recipe, request.overrides, request.out, recipes);
  experiment.run = request.out;
  experiment.resume = request.resume;
  experiment.redo = request.redo;
  experiment.train_words = {"--device", request.device};
  if (request.threads > 0) {
    experiment.train_words.insert(
        experiment.train_words.end(), {"--threads", std::to_string(request.threads)});
  }
  experiment.processes = request.processes;
  return experiments::run_experiment(experiment);
}

}  // namespace sotto::tools
