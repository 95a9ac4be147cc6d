#include <algorithm>
#include <filesystem>
#include <utility>

#include "common/error.h"
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
      "  sotto evaluate grid-av stores/grid --modality v,a,av --snr 20,10,0,-10 --plot curve.svg\n"
      "  sotto evaluate grid-av stores/grid --modality a,av --snr 0,-5,-10 --noise babble.flac\n"
      "  sotto evaluate grid-av stores/grid --lm grid.arpa --lm-weight 0.3");
  add_store(arguments, request, "what the model gets (av)");
  arguments.option(
      "--noise-manifest",
      request.noise_manifest,
      "FILE",
      "every clip's noise: read where the file exists, else written");
  arguments.integer(
      "--repetitions", request.repetitions, "N", 1, "draws of noise at each ratio (1)");
  arguments.choice(
      "--unit",
      request.unit,
      {"auto", "words", "characters"},
      "what is counted; auto: characters for texts by Mandarin rules");
  arguments.choice(
      "--costs",
      request.costs,
      {"uniform", "sclite"},
      "the fewest edits, or NIST's 4 a substitution and 3 a deletion or insertion");
  arguments.choice(
      "--resample",
      request.resample,
      {"clip", "talker"},
      "what the 95 % intervals draw anew; talker: errors of one go together");
  arguments.words(
      "--by", request.by, {"talker", "length", "confusion"}, "also tables by these");
  arguments.option(
      "--against", request.against, "MODEL", "a second model on the same noise, and tests of the difference");
  arguments.flag(
      "--swapped", request.swapped,
      "read each clip with the lips and the sound of another: shows whether the model looks");
  arguments.option("--plot", request.plot, "FILE", "draw error rates against --snr (SVG)");
  arguments.option("--trn", request.trn, "DIR", "write the texts there as NIST's sclite reads them");
  arguments.flag("--by-slot", request.by_slot, "also how often each word of the sentence is right");
  arguments.flag("--times", request.times, "also how far word times are from the store's");
  arguments.flag(
      "--confidence", request.confidence, "also how far the words' confidences can be believed");
  add_language_model(arguments, request.language_model, request.search);
  arguments.option("--json", request.json, "FILE", "write every number and transcript there too");
  add_precision(arguments, request.precision);
  arguments.parse(argc, argv);
  check_store("evaluate", request);
  const bool sound = std::any_of(
      request.modalities.begin(), request.modalities.end(),
      [](const std::string& modality) { return modality != "v"; });
  if (request.snr_db.empty() || !sound) {
    for (const auto& [name, given] :
         {std::pair{"--plot", !request.plot.empty()},
          std::pair{"--noise-manifest", !request.noise_manifest.empty()},
          std::pair{"--repetitions", request.repetitions > 1}}) {
      if (given) {
        throw ConfigError(std::string("evaluate: ") + name + (sound ? " needs --snr" : " needs a --modality with sound"));
      }
    }
  }
  check_language_model("evaluate", request.language_model, request.search);
  for (const std::string& file : {request.json, request.plot, request.noise_manifest}) {
    check_folder("evaluate", file);
  }
  if (!request.plot.empty() && std::filesystem::path(request.plot).extension() != ".svg") {
    throw ConfigError("evaluate: --plot: expected a file FILE.svg, got " + request.plot);
  }
  return run_in_core("evaluate", &request);
}

}  // namespace sotto::tools
