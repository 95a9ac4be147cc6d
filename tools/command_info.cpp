#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_info(int argc, char** argv) {
  InfoRequest request;
  Arguments arguments(
      "info",
      "Describe a model (what it was trained for, its licence), a store or a clip; without PATH what "
      "this machine computes with.",
      "sotto info grid-av\n  sotto info stores/grid\n  sotto info clip.mp4");
  arguments.optional_positional("PATH", request.path, "a model file, a prepared store or a media file");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("info", &request);
}

}  // namespace sotto::tools
