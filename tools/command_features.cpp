#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_features(int argc, char** argv) {
  FeaturesRequest request;
  Arguments arguments(
      "features",
      "Write what every stage of a network computes, NAME/STAGE for each clip, under the names of\n"
      "the code base that the model comes from.",
      "sotto features grid-av clip.mp4 --out stages.safetensors\n"
      "  sotto features lrs3.safetensors clips.safetensors --tokens 3,5,8 --out stages.safetensors");
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.rest(
      "INPUT", request.inputs, 1,
      "media files, utterances of a prepared store, .safetensors of raw input");
  arguments.option("--out", request.out, "FILE", "the .safetensors file to write", true);
  arguments.names("--stage", request.stages, "NAME,...", "these stages only");
  arguments.numbers("--tokens", request.tokens, "ID,...", "ids that the decoders read after sos");
  arguments.option("--lm", request.language_model, "FILE", "a language model that reads them too");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("features", &request);
}

}  // namespace sotto::tools
