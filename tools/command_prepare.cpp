#include "common/error.h"
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
      "  sotto prepare folder --root my-clips --out stores/mine --jobs 4\n"
      "  sotto prepare lrs3 --root LRS3 --out stores/lrs3 longest_s=24 --crop face:224:112\n"
      "  srun -n 16 sotto prepare lrs3 --root LRS3 --out stores/lrs3   # each a sixteenth, then\n"
      "  sotto prepare --merge --out stores/lrs3\n"
      "  sotto prepare --inspect clip.mp4 --out clip.png\n"
      "  sotto prepare grid --root corpora/grid --inspect s1/bbaf2n --out clip.png");
  arguments.optional_positional(
      "CORPUS",
      request.corpus,
      "how the files lie: grid, lrs2, lrs3, cnvsrc, ... (docs/corpora.md), csv, or folder (clips, "
      "each with a .txt beside it)");
  arguments.rest(
      "KEY=VALUE", request.overrides, 0, "options of the corpus; docs/corpora.md lists them");
  arguments.option("--root", request.root, "DIR", "where the corpus lies");
  arguments.option("--out", request.out, "STORE", "the folder to fill", true);
  arguments.integer(
      "--jobs", request.jobs, "N", 0, "clips worked on at once (0: as many as there are cores)");
  arguments.option(
      "--face", request.face, "WHICH",
      "of several faces: speaking (the mouth that moves, and with the sound), largest, left, right, "
      "a number from the left, or all (an utterance each)");
  arguments.names(
      "--crop", request.crops, "NAME:SIDE[:PIXELS],...",
      "further squares around the mouth, their side on a face of 256x256, and in pixels");
  arguments.option(
      "--landmarks", request.landmarks, "DIR",
      "take landmarks from DIR/SOURCE.npy, (T, 68, 2), or .pkl instead of finding faces");
  arguments.flag("--colour", request.colour, "crops in colour");
  arguments.number(
      "--longest", request.longest_s, "S", 0.04, 36000,
      "longer clips are skipped (default: 120 s)");
  arguments.number(
      "--clip-time", request.clip_time_s, "S", 0, 1e6,
      "clips that take longer to prepare are skipped (default: 600 s; 0: none)");
  arguments.number(
      "--least-kept", request.least_kept, "SHARE", 0, 1,
      "exit code 1 if less of the clips could be used (default: 0.95)");
  arguments.option(
      "--shard", request.shard, "K/N",
      "prepare the Kth of N parts; by itself under torchrun, mpirun, srun and in Slurm arrays");
  arguments.flag("--merge", request.merge, "put the finished parts of STORE together");
  arguments.option(
      "--inspect", request.inspect, "CLIP",
      "draw what is found in one clip, or clip of CORPUS by id, to the picture --out FILE.png");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  if (!request.inspect.empty()) {
    arguments.refuse("--inspect", {"--merge", "--landmarks", "--crop", "--colour", "--shard"});
  }
  const bool corpus = !request.merge && request.inspect.empty();
  if ((corpus || !request.root.empty()) && (request.corpus.empty() || request.root.empty())) {
    throw ConfigError("prepare: expected CORPUS and --root DIR; sotto prepare --help shows how");
  }
  return run_in_core("prepare", &request);
}

}  // namespace sotto::tools
