#include "common/error.h"
#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_align(int argc, char** argv) {
  AlignRequest request;
  Arguments arguments(
      "align",
      "When the words of a text that is known are said in a clip, and how likely it is that they "
      "are.\n"
      "Without --text, --text-file and --texts a .txt beside each clip is read. A prepared store has\n"
      "its own texts. JSON has the scores too.",
      "sotto align clip.mp4 --text \"bin blue at f two now\" --format textgrid\n"
      "  sotto align clips/*.mp4 --texts transcripts.txt --format ctm\n"
      "  sotto align stores/mine --list suspects.txt --format json --out aligned");
  arguments.rest("INPUT", request.inputs, 1, "media files, or a prepared store");
  arguments.option("--text", request.text, "TEXT", "what is said in the clip");
  arguments.option("--text-file", request.text_file, "FILE", "the same in a file");
  arguments.option(
      "--texts", request.texts, "FILE", "lines `id<tab>text`; an id is a clip's path or stem");
  arguments.option("--list", request.list, "FILE", "only these utterances of the store");
  add_clips(arguments, request, {"ctm", "json", "srt", "vtt", "textgrid"});
  arguments.parse(argc, argv);
  return run_in_core("align", &request);
}

}  // namespace sotto::tools
