#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_evaluate(int argc, char** argv) {
  EvaluateRequest request;
  request.modalities = {"av"};
  Arguments arguments(
      "evaluate",
      "Word error rates of a model on a prepared store.",
      "sotto evaluate runs/grid/best.safetensors stores/grid --modality v,a,av\n"
      "  sotto evaluate grid-av stores/grid --modality a,av --snr 0,-5,-10 --noise babble.flac\n"
      "  sotto evaluate grid-av stores/grid --lm grid.arpa --lm-weight 0.3");
  add_store(arguments, request, "what the model gets (av)");
  arguments.flag("--by-slot", request.by_slot, "also how often each word of the sentence is right");
  arguments.flag("--times", request.times, "also how far word times are from the store's");
  arguments.flag(
      "--confidence", request.confidence, "also how far the words' confidences can be believed");
  add_language_model(arguments, request.language_model, request.search);
  arguments.option("--json", request.json, "FILE", "write every number and transcript there too");
  add_precision(arguments, request.precision);
  arguments.parse(argc, argv);
  check_store("evaluate", request);
  check_language_model("evaluate", request.language_model, request.search);
  return run_in_core("evaluate", &request);
}

}  // namespace sotto::tools
