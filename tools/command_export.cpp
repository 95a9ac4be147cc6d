#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_export(int argc, char** argv) {
  ExportRequest request;
  Arguments arguments(
      "export",
      "Write a model to another file: a .safetensors for sotto, or a .pth under the names of the\n"
      "code base that it comes from, whose load_state_dict takes it.",
      "sotto export runs/grid/best.safetensors --half --out grid-av.safetensors\n"
      "  sotto export lrs3.safetensors --out lrs3.pth");
  arguments.positional("MODEL", request.model, "a model file, or the name of a shipped model");
  arguments.option("--out", request.out, "FILE", "the file to write", true);
  arguments.flag(
      "--half", request.half,
      "half the size (.safetensors only); decoding computes in full precision still");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("export", &request);
}

}  // namespace sotto::tools
