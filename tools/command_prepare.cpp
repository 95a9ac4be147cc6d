#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_prepare(int argc, char** argv) {
  PrepareRequest request;
  Arguments arguments(
      "prepare",
      "Turn a corpus into a store: 96x96 mouths at 25 frames a second, sound at 16 kHz, texts.\n"
      "Stopped at any moment, the same command goes on.",
      "sotto prepare grid --root corpora/grid --out stores/grid\n"
      "  sotto prepare folder --root my-clips --out stores/mine --jobs 4");
  arguments.positional(
      "CORPUS",
      request.corpus,
      "grid (sN/*.mp4 or *.mpg with align/), or folder (clips, each with a .txt beside it)");
  arguments.option("--root", request.root, "DIR", "where the corpus lies", true);
  arguments.option("--out", request.out, "STORE", "the folder to fill", true);
  arguments.integer(
      "--jobs", request.jobs, "N", 0, "clips worked on at once (0: as many as there are cores)");
  add_face(arguments, request.face);
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("prepare", &request);
}

}  // namespace sotto::tools
