#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_doctor(int argc, char** argv) {
  DoctorRequest request;
  Arguments arguments(
      "doctor",
      "Look for what explains bad error rates: frame rates, grey values, where the mouth is,\n"
      "sound against lips, texts, with a model its tokens and normalisation, damaged shards.\n"
      "Worst first, each with what to do. Leaves with 1 if something is serious.",
      "sotto doctor stores/grid\n"
      "  sotto doctor packed/lrs3 --model lrs3.safetensors --json doctor.json");
  arguments.positional("STORE", request.store, "a store made by sotto prepare or sotto pack");
  arguments.option(
      "--model",
      request.model,
      "FILE",
      "a model to compare with: a file, or the name of a shipped one");
  arguments.integer(
      "--clips", request.clips, "N", 1, "clips opened at most, spread over the store (200)");
  arguments.option("--json", request.json, "FILE", "write the findings there too");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("doctor", &request);
}

}  // namespace sotto::tools
