#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_train(int argc, char** argv) {
  TrainRequest request;
  Arguments arguments(
      "train",
      "Train a model as a recipe says. Stopped at any moment, it goes on with --resume.",
      "sotto train experiments/recipes/grid.yaml --out runs/grid\n"
      "  sotto train grid data.store=stores/grid stages.0.epochs=3 --out runs/try\n"
      "  sotto train grid --out runs/grid --resume");
  arguments.positional("RECIPE", request.recipe, "a file, or the name of a shipped recipe");
  arguments.rest("CHANGE", request.overrides, 0, "key.sub=value, applied in the order given");
  arguments.option("--out", request.out, "RUN", "folder for models, checkpoints and the log", true);
  arguments.flag("--resume", request.resume, "go on where RUN stopped");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("train", &request);
}

}  // namespace sotto::tools
