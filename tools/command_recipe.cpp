#include <iostream>

#include "common/error.h"
#include "common/safetensors.h"
#include "experiments/experiment.h"
#include "tools/commands.h"
#include "tools/core.h"
#include "tools/print.h"
#include "tools/shared_files.h"

namespace sotto::tools {

int command_recipe(int argc, char** argv) {
  RecipeRequest request;
  Arguments arguments(
      "recipe",
      "Print the effective recipe: every knob with the value it has. --explain says what each "
      "means.",
      "sotto recipe experiments/recipes/grid.yaml\n"
      "  sotto recipe grid stages.0.epochs=3\n"
      "  sotto recipe lrs3.safetensors\n"
      "  sotto recipe --explain");
  arguments.optional_positional(
      "RECIPE", request.recipe,
      "a file, the name of a shipped recipe, or a model file: the recipe that goes on with it");
  arguments.rest("CHANGE", request.overrides, 0, "key.sub=value, applied in the order given");
  arguments.flag("--explain", request.explain, "list every knob: value, range, unit, meaning");
  arguments.option(
      "--beside", request.beside, "DIR",
      "where the recipe's relative paths are looked for first (default: beside the recipe)");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  if (request.recipe.empty() && !request.explain) {
    throw ConfigError("recipe: RECIPE or --explain is required");
  }
  const std::string path =
      request.recipe.empty() ? "" : recipe_path(request, request.recipe);
  if (!path.empty() && !is_safetensors(path) && experiments::is_experiment(path)) {
    experiments::Experiment experiment =
        experiments::read_experiment(path, request.overrides);
    return print(request.explain ? explain(experiment) : write_yaml(experiment));
  }
  const int code = run_in_core("recipe", &request);
  if (code == kDone && path.empty()) {
    experiments::Experiment experiment;
    return print("\nA file of kind: experiment has these; see docs/training.md.\n\n" + explain(experiment));
  }
  return code;
}

}  // namespace sotto::tools
