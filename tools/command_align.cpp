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
      "Without --text, --text-file and --texts a .txt beside each clip is read. A prepared store "
      "has\n"
      "its own texts.",
      "sotto align clip.mp4 --text \"bin blue at f two now\" --format textgrid\n"
      "  sotto align clips/*.mp4 --texts transcripts.txt --format ctm\n"
      "  sotto align stores/mine --list suspects.txt --format json --out aligned");
  arguments.rest("INPUT", request.inputs, 1, "media files, or a prepared store");
  arguments.option("--text", request.text, "TEXT", "what is said in the clip");
  arguments.option("--text-file", request.text_file, "FILE", "the same in a file");
  arguments.option(
      "--texts", request.texts, "FILE", "lines `id<tab>text`; an id is a clip's path or stem");
  arguments.option("--list", request.list, "FILE", "only these utterances of the store");
  arguments.option(
      "--model", request.model, "FILE", "a model file, or the name of a shipped model");
  arguments.choice(
      "--modality",
      request.modality,
      {"auto", "a", "v", "av"},
      "sound, lips, both, or what there is");
  arguments.choice(
      "--format",
      request.format,
      {"ctm", "json", "srt", "vtt", "textgrid"},
      "of the result; json has the scores too");
  arguments.option(
      "--out", request.out, "DIR", "write a file a clip there instead of to the screen");
  add_face(arguments, request.face);
  add_precision(arguments, request.precision);
  add_common(arguments, request);
  arguments.parse(argc, argv);
  return run_in_core("align", &request);
}

}  // namespace sotto::tools
