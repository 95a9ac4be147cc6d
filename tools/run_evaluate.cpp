#include <algorithm>
#include <filesystem>
#include <iostream>

#include "common/files.h"
#include "common/interrupt.h"
#include "common/option_text.h"
#include "experiments/evaluate.h"
#include "experiments/evaluate_report.h"
#include "experiments/noise_manifest.h"
#include "experiments/score_lines.h"
#include "experiments/slot_accuracy.h"
#include "experiments/training_data.h"
#include "tools/clips.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;
using experiments::Evaluation;
using experiments::Resample;
using experiments::ScoreSummary;
using experiments::ScoreUnit;
using experiments::SummaryOptions;
using tools::EvaluateRequest;

/// A model and what it read.
struct System {
  experiments::ModelCard card;
  std::vector<Evaluation> evaluations;
};

System evaluate_model(
    const EvaluateRequest& request, const std::string& name, const SummaryOptions& summary) {
  experiments::LoadedModel model = experiments::read_model(tools::model_path(request, name));
  experiments::pack(model, precision_of(request.precision));
  experiments::EvaluateOptions options = tools::conditions_of(request, model.card);
  options.noise_manifest = request.noise_manifest;
  options.repetitions = request.repetitions;
  options.swapped = request.swapped;
  options.scoring = summary.scoring;
  options.language_model = tools::language_model_of(
      request.language_model, request.search, request.precision, model.card, options.search);
  if (options.language_model) {
    tools::say(options.language_model->about);
    if (!options.language_model->warning.empty()) {
      tools::say(options.language_model->warning);
    }
  }
  return {model.card, experiments::evaluate(model, options)};
}

/// What could not be answered behind all the work is refused before it.
void check(const EvaluateRequest& request, const datasets::Store& store) {
  if (request.resample == "talker") {
    for (const datasets::ManifestEntry* entry : experiments::listed_entries(store, request.list)) {
      if (entry->talker.empty()) {
        throw ConfigError(
            "--resample talker: the talker of " + entry->id + " is not known; expected clip");
      }
    }
  }
  if (!request.against.empty()) {
    const std::string other = tools::model_path(request, request.against);
    const auto card = experiments::read_card(SafetensorsFile(other), other);
    const experiments::EvaluateOptions options = tools::conditions_of(request, card);
    experiments::check_modalities(card, options.modalities);
    if (!request.language_model.empty()) {
      tools::check_reads_language_model(request.search, card, options.search);
    }
  }
}

SummaryOptions summary_of(const EvaluateRequest& request, const std::string& text_rules) {
  const ScoreUnit unit = request.unit == "auto"         ? experiments::unit_of_rules(text_rules)
                         : request.unit == "characters" ? ScoreUnit::kCharacters
                                                        : ScoreUnit::kWords;
  SummaryOptions options = SummaryOptions::of(unit);
  if (request.costs == "sclite") {
    options.scoring.costs = experiments::EditCosts::kSclite;
  }
  options.resample = request.resample == "talker" ? Resample::kTalkers : Resample::kClips;
  return options;
}

void print_breakdown(
    const EvaluateRequest& request,
    const std::vector<Evaluation>& evaluations,
    const std::vector<ScoreSummary>& summaries) {
  constexpr size_t kConfusions = 10;
  for (const std::string& by : request.by) {
    for (size_t i = 0; i < evaluations.size(); ++i) {
      const ScoreSummary& summary = summaries[i];
      std::cout << "\n"
                << experiments::heading(evaluations[i]) << ", by " << by << "\n"
                << (by == "talker" ? experiments::format_rows(summary.talkers)
                    : by == "length"
                        ? experiments::format_rows(summary.lengths)
                        : experiments::format_confusions(summary.errors.confusions, kConfusions));
    }
  }
  for (size_t i = 0; request.by_slot && i < evaluations.size(); ++i) {
    const auto& texts = evaluations[i].texts;
    const size_t slots = experiments::usual_slots(texts);
    std::cout << "\n"
              << experiments::heading(evaluations[i]) << "\n"
              << experiments::format_slots(experiments::slot_accuracy(texts, slots), {});
  }
}

/// Two files for each evaluation: `av-clean.ref.trn` and `av-clean.hyp.trn`.
void write_trn_files(const std::string& folder, const std::vector<Evaluation>& evaluations) {
  std::filesystem::create_directories(folder);
  for (const Evaluation& evaluation : evaluations) {
    std::string name = evaluation.modality.text() + "-" + experiments::condition_text(evaluation);
    name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
    const auto [reference, hypothesis] = experiments::write_trn(evaluation.texts);
    write_file(folder + "/" + name + ".ref.trn", reference);
    write_file(folder + "/" + name + ".hyp.trn", hypothesis);
  }
}

/// Each condition of the second model, in the first one's order.
std::vector<experiments::SystemComparison> compare(
    const System& first, const System& second, const SummaryOptions& options) {
  std::vector<experiments::SystemComparison> comparisons;
  for (size_t i = 0; i < first.evaluations.size(); ++i) {
    comparisons.push_back(experiments::compare_systems(
        first.evaluations[i].texts,
        second.evaluations[i].texts,
        options.unit,
        options.scoring,
        options.resample,
        options.bootstrap));
  }
  return comparisons;
}

/// What was mixed in: where a manifest was there already, it decides.
std::string noise_of(const EvaluateRequest& request) {
  if (request.snr_db.empty()) {
    return "none";
  }
  std::vector<std::string> recordings;
  if (!request.noise_manifest.empty()) {
    const std::string& path = request.noise_manifest;
    recordings = experiments::NoiseManifest::parse(read_file(path), path).recordings();
  } else if (!request.noise.empty()) {
    recordings = {request.noise};
  }
  return recordings.empty() ? "babble" : join(recordings, ", ");
}

int evaluate_and_print(const EvaluateRequest& request) {
  experiments::ReportHead head;
  {
    const datasets::Store store(request.store);
    check(request, store);
    head.text_rules = store.text_rules();
  }
  head.seed = static_cast<uint64_t>(request.seed);
  head.options = summary_of(request, head.text_rules);
  const System system = evaluate_model(request, request.model, head.options);
  head.model = system.card.name;
  head.noise = noise_of(request);
  if (!system.card.text_rules.empty() && system.card.text_rules != head.text_rules) {
    tools::say(
        "warning: the model " + head.model + " learnt texts by the rules " +
        system.card.text_rules + ", those of the store are by " +
        (head.text_rules.empty() ? "rules that it does not name" : head.text_rules));
  }
  const auto& evaluations = system.evaluations;
  const auto summaries = experiments::summarise(evaluations, head.options);
  std::cout << experiments::format_evaluations(evaluations, summaries, head.options.unit);
  print_breakdown(request, evaluations, summaries);
  if (request.times) {
    std::cout << "\n" << experiments::format_times(evaluations);
  }
  if (request.confidence) {
    std::cout << "\n" << experiments::format_confidences(evaluations);
  }
  if (!request.against.empty()) {
    const System other = evaluate_model(request, request.against, head.options);
    head.against = other.card.name;
    head.comparisons = compare(system, other, head.options);
    std::cout << "\nA " << head.model << ", B " << head.against << "\n";
    for (size_t i = 0; i < evaluations.size(); ++i) {
      std::cout << "\n"
                << experiments::heading(evaluations[i]) << "\n"
                << experiments::format_comparison(head.comparisons[i]);
    }
  }
  if (!request.json.empty()) {
    write_file(request.json, experiments::evaluations_json(head, evaluations, summaries));
  }
  if (!request.plot.empty()) {
    const std::string title = head.model + " in " + head.noise + ", 95 % intervals";
    write_file(
        request.plot,
        experiments::plot_evaluations(evaluations, summaries, head.options.unit, title));
  }
  if (!request.trn.empty()) {
    write_trn_files(request.trn, evaluations);
  }
  return tools::kDone;
}

}  // namespace

extern "C" int sotto_run_evaluate(const tools::EvaluateRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return evaluate_and_print(*request);
  });
}
