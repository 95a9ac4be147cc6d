#include "common/error.h"
#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_evaluate(int argc, char** argv) {
  EvaluateRequest request;
  int64_t seed = 0;
  Arguments arguments(
      "evaluate",
      "Word error rates of a model on a prepared store.",
      "sotto evaluate runs/grid/best.safetensors stores/grid --modality v,a,av\n"
      "  sotto evaluate grid-av stores/grid --modality a,av --snr 0,-5,-10 --noise babble.flac\n"
      "  sotto evaluate grid-av stores/grid --lm grid.arpa --lm-weight 0.3");
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.positional("STORE", request.store, "a store made by sotto prepare");
  arguments.words("--modality", request.modalities, {"a", "v", "av"}, "what the model gets (av)");
  arguments.numbers(
      "--snr", request.snr_db, "DB,...", "also with noise at these signal-to-noise ratios");
  arguments.option(
      "--noise", request.noise, "FILE", "sound to mix in at --snr (default: babble of the store)");
  arguments.option(
      "--noise-list", request.noise_list, "FILE", "utterances whose voices make that babble");
  arguments.option("--list", request.list, "FILE", "only these utterances, one id a line");
  arguments.flag("--by-slot", request.by_slot, "also how often each word of the sentence is right");
  arguments.flag("--times", request.times, "also how far word times are from the store's");
  arguments.flag(
      "--confidence", request.confidence, "also how far the words' confidences can be believed");
  add_language_model(arguments, request.language_model, request.search);
  arguments.option("--json", request.json, "FILE", "write every number and transcript there too");
  arguments.integer("--seed", seed, "N", 0, "of the noise (0)");
  add_search(arguments, request.search);
  add_precision(arguments, request.precision);
  add_common(arguments, request);
  arguments.parse(argc, argv);
  if (!request.noise.empty() && request.snr_db.empty()) {
    throw ConfigError("evaluate: --noise needs --snr, how loud it is to be");
  }
  check_language_model("evaluate", request.language_model, request.search);
  request.seed = static_cast<uint64_t>(seed);
  return run_in_core("evaluate", &request);
}

}  // namespace sotto::tools
