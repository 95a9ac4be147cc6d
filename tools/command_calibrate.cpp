#include "common/error.h"
#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_calibrate(int argc, char** argv) {
  CalibrateRequest request;
  int64_t seed = 0;
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
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.positional("STORE", request.store, "a store made by sotto prepare");
  arguments.option("--out", request.out, "FILE", "the model file to write", true);
  arguments.option("--list", request.list, "FILE", "only these utterances, one id a line");
  arguments.words(
      "--modality", request.modalities, {"a", "v", "av"}, "what is fitted (all the model has)");
  arguments.numbers(
      "--snr", request.snr_db, "DB,...", "also with noise at these signal-to-noise ratios");
  arguments.option(
      "--noise", request.noise, "FILE", "sound to mix in at --snr (default: babble of the store)");
  arguments.option(
      "--noise-list", request.noise_list, "FILE", "utterances whose voices make that babble");
  arguments.option(
      "--trained-on",
      request.trained_on,
      "FILE",
      "for a model whose file does not name its frame labels' words: ids that it was trained on");
  arguments.integer("--seed", seed, "N", 0, "of the noise (0)");
  add_search(arguments, request.search);
  add_common(arguments, request);
  arguments.parse(argc, argv);
  if (!request.noise.empty() && request.snr_db.empty()) {
    throw ConfigError("calibrate: --noise needs --snr, how loud it is to be");
  }
  request.seed = static_cast<uint64_t>(seed);
  return run_in_core("calibrate", &request);
}

}  // namespace sotto::tools
