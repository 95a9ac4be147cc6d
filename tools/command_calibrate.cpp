#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_calibrate(int argc, char** argv) {
  CalibrateRequest request;
  Arguments arguments(
      "calibrate",
      "Fit a model's word confidences and times on clips of a store that it was not trained on, "
      "and\n"
      "write the model with what was fitted; its weights stay as they are. All conditions of a "
      "modality\n"
      "count together. Judge the result by `sotto evaluate --confidence` on clips apart from "
      "these.",
      "sotto calibrate grid-av stores/grid --list valid.txt --snr 5,0,-5 --out "
      "calibrated.safetensors");
  add_store(arguments, request, "what is fitted (all the model has)");
  arguments.option("--out", request.out, "FILE", "the model file to write", true);
  arguments.option(
      "--trained-on",
      request.trained_on,
      "FILE",
      "for a model whose file does not name its frame labels' words: ids that it was trained on");
  arguments.parse(argc, argv);
  check_store("calibrate", request);
  check_folder("calibrate", request.out);
  return run_in_core("calibrate", &request);
}

}  // namespace sotto::tools
