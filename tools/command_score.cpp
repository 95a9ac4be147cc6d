#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "experiments/score.h"
#include "experiments/score_alignment.h"
#include "experiments/score_files.h"
#include "experiments/score_json.h"
#include "experiments/score_table.h"
#include "experiments/score_talkers.h"
#include "tools/commands.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

using experiments::EditCosts;
using experiments::ScoredFiles;
using experiments::ScoredText;
using experiments::ScoreOptions;
using experiments::ScoreReport;
using experiments::ScoreRow;
using experiments::ScoreUnit;

ScoreOptions options_of(const ScoreRequest& request) {
  ScoreOptions options;
  options.costs = request.costs == "sclite" ? EditCosts::kSclite : EditCosts::kUniform;
  options.count_spaces = !request.characters;
  return options;
}

std::vector<ScoredText> read_texts(const ScoreRequest& request) {
  ScoredFiles files = experiments::read_scored_texts(request.reference, request.hypothesis);
  for (const std::string& remark : files.remarks) {
    std::cerr << remark << "\n";
  }
  if (!request.talkers.empty()) {
    experiments::name_talkers(files.texts, request.talkers);
  } else if (request.by == "talker") {
    experiments::name_talkers(files.texts);
  }
  return std::move(files.texts);
}

std::string table(const ScoreReport& report, const ScoreRequest& request) {
  const ScoreUnit unit = request.characters ? ScoreUnit::kCharacters : ScoreUnit::kWords;
  std::vector<ScoreRow> rows;
  if (request.by == "talker" || !request.talkers.empty()) {
    rows = experiments::talker_rows(report, unit);
  }
  if (!request.characters) {
    rows.push_back(experiments::total_row(report, ScoreUnit::kWords));
  }
  rows.push_back(experiments::total_row(report, ScoreUnit::kCharacters));
  return experiments::format_rows(rows);
}

}  // namespace

int command_score(int argc, char** argv) {
  ScoreRequest request;
  Arguments arguments(
      "score",
      "Word and character error rates between two files: lines `id<tab>text`, sclite's trn, CTM "
      "or\n"
      "the JSON of `sotto transcribe`, told apart by their content.",
      "sotto transcribe clips/*.mp4 > hypothesis.txt\n"
      "  sotto score reference.txt hypothesis.txt\n"
      "  sotto score ref.trn hyp.trn --costs sclite --by talker\n"
      "  sotto score reference.txt fused.ctm --cer --alignments    # Mandarin");
  arguments.positional("REF", request.reference, "what was said");
  arguments.positional("HYP", request.hypothesis, "what was transcribed");
  arguments.choice(
      "--by", request.by, {"set", "talker"}, "a row for the set, or for each talker too");
  arguments.option(
      "--talkers",
      request.talkers,
      "FILE",
      "lines `id<tab>talker`; without it the talker stands in the id before - or _");
  arguments.choice(
      "--costs",
      request.costs,
      {"uniform", "sclite"},
      "the fewest edits, or NIST's 4 a substitution and 3 a deletion or insertion");
  arguments.flag("--cer", request.characters, "characters only, without blanks");
  arguments.flag("--clips", request.clips, "also the errors of each clip");
  arguments.flag("--alignments", request.alignments, "also what was taken for what");
  arguments.option("--json", request.json, "FILE", "write all counts there");
  arguments.parse(argc, argv);
  const ScoreOptions options = options_of(request);
  const ScoreUnit unit = request.characters ? ScoreUnit::kCharacters : ScoreUnit::kWords;
  const std::vector<ScoredText> texts = read_texts(request);
  const ScoreReport report = experiments::score(texts, options);
  if (!request.json.empty()) {
    write_file(request.json, experiments::write_score_json(report, options));
  }
  for (size_t i = 0; request.alignments && i < texts.size(); ++i) {
    std::cout << experiments::format_alignment(texts[i], unit, options);
  }
  for (size_t i = 0; request.clips && i < texts.size(); ++i) {
    std::cout << texts[i].id << "\t" << report.clips[i].counts(unit).errors() << "\n";
  }
  std::cout << table(report, request) << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace sotto::tools
