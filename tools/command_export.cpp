#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_export(int argc, char** argv) {
  ExportRequest request;
  Arguments arguments(
      "export",
      "Write a model to another file, with its weights in full or half precision.",
      "sotto export runs/grid/best.safetensors --half --out grid-av.safetensors");
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.option("--out", request.out, "FILE", "the file to write", true);
  arguments.flag("--half", request.half, "half the size; decoding computes in full precision still");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("export", &request);
}

}  // namespace sotto::tools
