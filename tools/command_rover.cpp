#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "decoding/rover_clips.h"
#include "decoding/transcript_reader.h"
#include "experiments/reported_clips.h"
#include "tools/commands.h"
#include "tools/print.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

decoding::RoverOptions options_of(const RoverRequest& request) {
  decoding::RoverOptions options;
  options.method = request.method == "average"   ? decoding::RoverMethod::kAverage
                   : request.method == "maximum" ? decoding::RoverMethod::kMaximum
                                                 : decoding::RoverMethod::kFrequency;
  options.alpha = request.alpha.value_or(1);
  options.null_confidence = request.null_confidence.value_or(0);
  return options;
}

void check(const RoverRequest& request) {
  if (request.systems.size() < 2) {
    throw ConfigError("rover: expected two SYSTEMs or more");
  }
  if (!request.alpha && request.method != "frequency") {
    throw ConfigError(
        "rover: --method " + request.method + " needs --alpha; without it only votes count");
  }
  if (request.null_confidence && request.alpha.value_or(1) == 1) {
    throw ConfigError("rover: --null-confidence needs --alpha below 1; at 1 only votes count");
  }
}

std::vector<decoding::Transcript> clips_of(const std::string& path, const std::string& format) {
  const experiments::ReportPath report = experiments::ReportPath::parse(path);
  const std::string text = read_file(report.file);
  if (!decoding::looks_like_json(text) || !experiments::is_evaluation_report(text)) {
    if (!report.result.empty()) {
      throw DataError(path + ": only a report of sotto evaluate has results to choose");
    }
    return decoding::parse_transcripts(text, path);
  }
  if (format != "text") {
    throw ConfigError(
        "rover: " + path + ": a report of sotto evaluate has no times of words; give --format text");
  }
  return experiments::clips_of_report(text, report);
}

std::string written(const std::vector<decoding::Transcript>& clips, const std::string& format) {
  if (format == "json") {
    return decoding::write_json(clips);
  }
  return format == "text" ? decoding::write_text(clips) : decoding::write_ctm(clips);
}

}  // namespace

int command_rover(int argc, char** argv) {
  RoverRequest request;
  Arguments arguments(
      "rover",
      "What several systems heard, fused word by word by vote (Fiscus 1997). SYSTEMs are CTM "
      "files,\n"
      "the JSON of `sotto transcribe` or reports of `sotto evaluate`; the best one first, it breaks "
      "ties.",
      "sotto rover both.ctm lips.ctm sound.ctm --out fused.ctm\n"
      "  sotto rover a.json b.json c.json --alpha 0.5 --null-confidence 0.7 --method maximum\n"
      "  sotto rover a.ctm b.ctm c.ctm --units characters --format text   # Mandarin\n"
      "  sotto rover lips.json#v face.json#v both.json#av:0 --format text   # of sotto evaluate --json");
  arguments.rest("SYSTEM", request.systems, 1, "what each system heard: CTM, JSON or a report");
  arguments.option("--out", request.out, "FILE", "write there instead of to the screen");
  arguments.choice("--format", request.format, {"ctm", "text", "json"}, "of the result");
  arguments.choice(
      "--units",
      request.units,
      {"words", "characters"},
      "what is voted on; characters: of scripts without blanks");
  arguments.number(
      "--alpha",
      request.alpha,
      "A",
      0,
      1,
      "a word scores A N(w)/N + (1-A) C(w) of N votes and confidence C (1)");
  arguments.number(
      "--null-confidence", request.null_confidence, "C", 0, 1, "of a vote for no word (0)");
  arguments.choice(
      "--method",
      request.method,
      {"frequency", "average", "maximum"},
      "C(w): mean of w's votes, share of the sum over all votes, highest of w's votes");
  arguments.parse(argc, argv);
  check(request);
  std::vector<decoding::RoverSystem> systems;
  for (const std::string& path : request.systems) {
    systems.push_back({path, clips_of(path, request.format)});
  }
  const decoding::FusedClips fused = decoding::rover_clips(
      systems,
      request.units == "characters" ? decoding::RoverUnits::kCharacters
                                    : decoding::RoverUnits::kWords,
      options_of(request));
  for (const std::string& remark : fused.remarks) {
    std::cerr << remark << "\n";
  }
  const std::string text = written(fused.clips, request.format);
  if (!request.out.empty()) {
    write_file(request.out, text);
    return kDone;
  }
  return print(text);
}

}  // namespace sotto::tools
