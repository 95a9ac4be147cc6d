#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_synth(int argc, char** argv) {
  SynthRequest request;
  Arguments arguments(
      "synth",
      "Make clips of talkers who do not exist: espeak-ng speaks, a drawn face moves its lips. The\n"
      "folder is laid out as a corpus, with transcripts and the times of the words, so that\n"
      "everything can be tried without one. Stopped at any moment, the same command goes on.",
      "sotto synth --out clips --clips 20\n"
      "  sotto synth --out lrs3 --layout lrs3 --clips 500 --talkers 25 --odd\n"
      "  sotto synth --out mandarin --language zh --sentences lines.txt");
  arguments.option("--out", request.out, "DIR", "the folder to fill", true);
  arguments.option(
      "--layout", request.layout, "NAME", "folder, grid, lrs3, lrs2 or cnvsrc (folder)");
  arguments.integer("--clips", request.clips, "N", 1, "how many (100)");
  arguments.integer("--talkers", request.talkers, "N", 1, "how many people talk (10)");
  arguments.choice(
      "--language",
      request.language,
      {"auto", "en", "zh"},
      "English or Mandarin (auto: the layout's own)");
  arguments.option(
      "--sentences", request.sentences, "FILE", "a sentence a line (none: they are made up)");
  arguments.integer("--seed", request.seed, "S", 0, "another makes other people and sentences (1)");
  arguments.option("--size", request.size, "WxH", "pixels of the pictures (the layout's own)");
  arguments.number("--fps", request.fps, "F", 5, 120, "frames a second; 29.97 is 30000/1001 (25)");
  arguments.number(
      "--seconds", request.seconds, "S", 0.5, 600, "length of every clip (as sentences take)");
  arguments.flag(
      "--odd", request.odd, "also what goes wrong in such a corpus' files, listed in odd.json");
  arguments.integer(
      "--jobs", request.jobs, "N", 0, "clips made at once (0: as many as there are cores)");
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("synth", &request);
}

}  // namespace sotto::tools
