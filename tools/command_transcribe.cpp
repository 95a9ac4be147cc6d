#include <algorithm>

#include "common/error.h"
#include "common/safetensors.h"
#include "tools/commands.h"
#include "tools/core.h"

namespace sotto::tools {

int command_transcribe(int argc, char** argv) {
  TranscribeRequest request;
  Arguments arguments(
      "transcribe",
      "What is said in clips, from the lips, the sound or both. Without --model the shipped one.",
      "sotto transcribe clip.mp4\n"
      "  sotto transcribe --modality v --format srt --out subtitles *.mp4\n"
      "  sotto transcribe --noise babble.flac --snr -5 clip.mp4");
  arguments.rest("INPUT", request.inputs, 1, "media files, utterances of a prepared store, .safetensors of raw input");
  add_clips(arguments, request, {"text", "json", "srt", "vtt", "ctm", "textgrid"});
  add_language_model(arguments, request.language_model, request.search);
  arguments.flag("--settings", request.settings, "say first how readings are searched for");
  arguments.integer("--nbest", request.nbest, "N", 1, "hypotheses listed in JSON (1)", 1000);
  arguments.option("--noise", request.noise, "FILE", "sound to mix in, to try a model in noise");
  arguments.number("--snr", request.snr_db, "DB", -100, 100, "signal-to-noise ratio of --noise (of a long clip in each window)");
  arguments.integer("--seed", request.seed, "N", 0, "which part of the noise (0)");
  add_search(arguments, request.search);
  arguments.parse(argc, argv);
  if (request.noise.empty() != !request.snr_db.has_value()) {
    throw ConfigError("transcribe: --noise and --snr go together");
  }
  check_language_model("transcribe", request.language_model, request.search);
  const bool looks_for_faces =
      request.modality != "a" &&
      std::any_of(request.inputs.begin(), request.inputs.end(), [](const std::string& input) {
        return !is_safetensors(input);
      });
  return run_in_core("transcribe", &request, looks_for_faces);
}

}  // namespace sotto::tools
