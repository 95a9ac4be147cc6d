#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_pack(int argc, char** argv) {
  PackRequest request;
  Arguments arguments(
      "pack",
      "Pack a store into large memory-mapped files, which training reads without decoding.\n"
      "The packed store takes the store's place in every command. Stopped at any moment, the\n"
      "same command goes on.",
      "sotto pack stores/grid --out packed/grid\n"
      "  sotto pack stores/lrs3 --out packed/trainval --list trainval.txt --shard-mib 4096\n"
      "  sotto train grid data.store=packed/grid --out runs/grid");
  arguments.positional("STORE", request.store, "a store made by sotto prepare");
  arguments.option("--out", request.out, "DIR", "the folder to fill", true);
  arguments.option("--list", request.list, "FILE", "only these utterances, one id a line; or split:NAME+NAME of the corpus");
  arguments.integer(
      "--shard-mib", request.shard_mib, "MIB", 1, "size of a shard, one utterance at least (1024)");
  arguments.integer(
      "--jobs", request.jobs, "N", 0, "clips decoded at once (0: as many as there are cores)");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("pack", &request);
}

}  // namespace sotto::tools
