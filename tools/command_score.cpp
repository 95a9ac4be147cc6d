#include <iostream>

#include "experiments/score.h"
#include "experiments/score_files.h"
#include "tools/commands.h"
#include "tools/run.h"

namespace sotto::tools {

int command_score(int argc, char** argv) {
  ScoreRequest request;
  Arguments arguments(
      "score",
      "Word and character error rates between two text files of `id<tab>text` lines.",
      "sotto transcribe clips/*.mp4 > hypothesis.txt\n"
      "  sotto score reference.txt hypothesis.txt");
  arguments.positional("REF", request.reference, "what was said");
  arguments.positional("HYP", request.hypothesis, "what was transcribed");
  arguments.flag("--clips", request.clips, "also the errors of each clip");
  arguments.parse(argc, argv);
  const experiments::ScoreReport report =
      experiments::score(experiments::read_scored_texts(request.reference, request.hypothesis));
  if (request.clips) {
    for (const experiments::ClipScore& clip : report.clips) {
      std::cout << clip.id << "\t" << clip.words.errors() << "\n";
    }
  }
  std::cout << experiments::format_score(report) << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace sotto::tools
