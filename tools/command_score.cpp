#include <algorithm>
#include <iostream>

#include "common/error.h"
#include "common/files.h"
#include "common/format_text.h"
#include "experiments/score.h"
#include "experiments/score_alignment.h"
#include "experiments/score_files.h"
#include "experiments/score_json.h"
#include "experiments/score_table.h"
#include "experiments/score_talkers.h"
#include "tools/commands.h"
#include "tools/print.h"
#include "tools/run.h"

namespace sotto::tools {
namespace {

using experiments::EditCosts;
using experiments::Interval;
using experiments::Resample;
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

ScoredFiles read_texts(
    const ScoreRequest& request, const std::string& reference, const std::string& hypothesis) {
  ScoredFiles files = experiments::read_scored_texts(reference, hypothesis);
  for (const std::string& remark : files.remarks) {
    std::cerr << remark << "\n";
  }
  if (!request.talkers.empty()) {
    experiments::name_talkers(files.texts, request.talkers);
  } else if (request.by == "talker" || request.resample == "talker") {
    const bool known = std::all_of(
        files.texts.begin(), files.texts.end(), [](const auto& text) { return !text.talker.empty(); });
    if (!known) {
      experiments::name_talkers(files.texts);
    }
  } else {
    for (ScoredText& text : files.texts) {
      text.talker.clear();  // those of a report were not asked for
    }
  }
  return files;
}

Resample resample_of(const ScoreRequest& request) {
  return request.resample == "talker" ? Resample::kTalkers : Resample::kClips;
}

int compare(const ScoreRequest& request) {
  const bool three = !request.other.empty();
  const ScoredFiles a =
      read_texts(request, request.reference, three ? request.hypothesis : std::string());
  const ScoredFiles b =
      read_texts(request, request.reference, three ? request.other : request.hypothesis);
  const ScoreOptions options = options_of(request);
  const auto comparison = experiments::compare_systems(
      a.texts,
      b.texts,
      request.characters ? ScoreUnit::kCharacters : ScoreUnit::kWords,
      options,
      resample_of(request));
  if (!request.json.empty()) {
    write_file(
        request.json, experiments::write_comparison_json(comparison, options, a.text_rules));
  }
  std::cout << "A " << (three ? request.hypothesis : request.reference) << ", B "
            << (three ? request.other : request.hypothesis) << "\n"
            << experiments::format_comparison(comparison);
  return printed();
}

std::string interval_line(const char* name, const Interval& interval, const ScoreRequest& request) {
  return format_text(
      "%s error rate: 95 %% of the draws of %ss within [%.2f, %.2f]\n",
      name,
      request.resample.c_str(),
      100 * interval.low,
      100 * interval.high);
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
      "  sotto score reference.txt fused.ctm --cer --alignments    # Mandarin\n"
      "  sotto score report.json#av:-5 --interval --resample talker   # of sotto evaluate --json\n"
      "  sotto score reference.txt old.txt new.txt --compare\n"
      "  sotto score old.json#v new.json#v --compare");
  arguments.positional("REF", request.reference, "what was said, or a report of sotto evaluate");
  arguments.optional_positional(
      "HYP", request.hypothesis, "what was transcribed (default: what the report REF says)");
  arguments.optional_positional("OTHER", request.other, "what another system made of it: --compare");
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
  arguments.flag("--interval", request.interval, "also 95 % intervals of the rates (bootstrap)");
  arguments.flag(
      "--compare", request.compare, "two systems: paired bootstrap and NIST's matched-pairs test");
  arguments.choice(
      "--resample",
      request.resample,
      {"clip", "talker"},
      "what both draw anew; talker: errors of one go together");
  arguments.option("--json", request.json, "FILE", "write all counts there");
  arguments.parse(argc, argv);
  if (request.compare) {
    if (request.hypothesis.empty()) {
      throw ConfigError("score: --compare expects two systems");
    }
    if (request.interval || request.clips || request.alignments || request.by == "talker") {
      throw ConfigError(
          "score: --compare goes without --interval, --clips, --alignments and --by talker: it says "
          "how two systems differ");
    }
    return compare(request);
  }
  if (!request.other.empty()) {
    throw ConfigError("score: " + request.other + ": a second system needs --compare");
  }
  const ScoreOptions options = options_of(request);
  const ScoreUnit unit = request.characters ? ScoreUnit::kCharacters : ScoreUnit::kWords;
  const ScoredFiles files = read_texts(request, request.reference, request.hypothesis);
  const std::vector<ScoredText>& texts = files.texts;
  const ScoreReport report = experiments::score(texts, options);
  experiments::ScoreRemarks remarks;
  remarks.text_rules = files.text_rules;
  if (request.interval) {
    const Resample resample = resample_of(request);
    remarks.words = bootstrap_interval(error_sums(report, ScoreUnit::kWords, resample));
    remarks.characters = bootstrap_interval(error_sums(report, ScoreUnit::kCharacters, resample));
  }
  if (!request.json.empty()) {
    write_file(request.json, experiments::write_score_json(report, options, remarks));
  }
  for (size_t i = 0; request.alignments && i < texts.size(); ++i) {
    std::cout << experiments::format_alignment(texts[i], unit, options);
  }
  for (size_t i = 0; request.clips && i < texts.size(); ++i) {
    std::cout << texts[i].id << "\t" << report.clips[i].counts(unit).errors() << "\n";
  }
  std::cout << table(report, request);
  if (request.interval) {
    std::cout << (request.characters ? "" : interval_line("word", *remarks.words, request))
              << interval_line("character", *remarks.characters, request);
  }
  return printed();
}

}  // namespace sotto::tools
