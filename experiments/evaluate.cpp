#include "experiments/evaluate.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/evaluation.h"
#include "experiments/noise_sources.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

datasets::NoiseSources noise_of(
    const EvaluateOptions& options,
    datasets::ClipCache& clips,
    const std::vector<const ManifestEntry*>& evaluated) {
  if (!options.noise_file.empty()) {
    return recording_of(options.noise_file);
  }
  if (!options.noise_list.empty()) {
    return voices_of(clips, listed_entries(clips.store(), options.noise_list));
  }
  const std::set<const ManifestEntry*> left_out(evaluated.begin(), evaluated.end());
  std::vector<const ManifestEntry*> others;
  for (const ManifestEntry& entry : clips.store().manifest()) {
    if (left_out.count(&entry) == 0) {
      others.push_back(&entry);
    }
  }
  return voices_of(clips, others.empty() ? evaluated : others);
}

void check_modalities(const LoadedModel& model, const EvaluateOptions& options) {
  for (const Modality modality : options.modalities) {
    if ((modality.audio && !model.card.model.audio.chosen()) ||
        (modality.video && !model.card.model.video.chosen())) {
      throw ConfigError(
          "--modality " + modality.text() + ": the model " + model.card.name +
          " has no such stream");
    }
  }
}

/// The words that were heard in a clip, held against the store's.
std::vector<WordJudgement> judge(
    const LoadedModel& model,
    const datasets::Store& store,
    Modality modality,
    const EvaluatedClip& clip) {
  const FrameScores frames = clip.encoded.frames(clip.b);
  const auto readings = readings_of(clip.nbest, *model.tokenizer);
  const auto heard = hear_best(model, frames, readings, align_best(frames, readings));
  const auto calibrated = calibrated_words(
      heard, model.card.calibration.of(modality.text()), frames.duration_s());
  const ManifestEntry& entry = store.entry(clip.batch.ids[static_cast<size_t>(clip.b)]);
  return judge_words(heard, calibrated, entry.text, entry.words);
}

}  // namespace

std::vector<Evaluation> evaluate(LoadedModel& model, const EvaluateOptions& options) {
  check_modalities(model, options);
  const auto store = std::make_shared<const datasets::Store>(options.store);
  datasets::LoaderContext context;
  context.clips = std::make_shared<datasets::ClipCache>(store, 1024);
  context.entries = listed_entries(*store, options.list);
  if (context.entries.empty()) {
    throw DataError(options.store + ": expected utterances to evaluate, found none");
  }
  context.tokenizer = model.tokenizer;
  context.inputs = model.card.model.input;
  context.seed = options.seed;
  if (!options.snr_db.empty()) {
    context.noise_sources = noise_of(options, *context.clips, context.entries);
  }
  std::vector<std::optional<double>> conditions = {std::nullopt};
  conditions.insert(conditions.end(), options.snr_db.begin(), options.snr_db.end());
  const auto clips = static_cast<int64_t>(context.entries.size() * conditions.size());
  std::vector<Evaluation> evaluations;
  Progress progress("evaluate", clips, "clips");
  for (const auto& snr_db : conditions) {
    std::vector<EvaluationOptions> wanted;
    for (const Modality modality : options.modalities) {
      if (!snr_db || modality.audio) {
        decoding::SearchOptions search = options.search;
        search.nbest = std::max(search.nbest, readings_needed(model.card, modality));
        wanted.push_back({modality, search, false, options.language_model});
      }
    }
    if (wanted.empty()) {
      continue;
    }
    datasets::LoaderContext condition = context;
    if (snr_db) {
      condition.fixed_noise = datasets::FixedNoise{*snr_db};
    }
    datasets::LoaderOptions reading;
    reading.frames = 800;
    datasets::Loader loader(reading, std::move(condition));
    std::vector<std::vector<WordJudgement>> words(wanted.size());
    auto texts = transcribe_set(
        *model.network, loader, *model.tokenizer, wanted,
        [&progress](int64_t done) {
          progress.advance(done);
          throw_if_interrupted("nothing was written");
        },
        [&](const EvaluatedClip& clip) {
          auto judged = judge(model, *store, wanted[clip.option].modality, clip);
          words[clip.option].insert(words[clip.option].end(), judged.begin(), judged.end());
        });
    for (size_t i = 0; i < wanted.size(); ++i) {
      ScoreReport report = score(texts[i]);
      evaluations.push_back(
          {wanted[i].modality, snr_db, std::move(texts[i]), std::move(report),
           std::move(words[i])});
    }
  }
  return evaluations;
}

std::string condition_text(const Evaluation& evaluation) {
  if (!evaluation.modality.audio) {
    return "none";
  }
  if (!evaluation.snr_db) {
    return "clean";
  }
  char text[32];
  std::snprintf(text, sizeof text, "%g dB", *evaluation.snr_db);
  return text;
}

std::string format_evaluations(const std::vector<Evaluation>& evaluations) {
  std::string table = "modality  sound     clips  words    WER %    sub    del    ins   wrong sentences %\n";
  for (const Evaluation& evaluation : evaluations) {
    const EditCounts& words = evaluation.report.words;
    char row[160];
    std::snprintf(
        row, sizeof row, "%-8s  %-8s %6zu %6ld %8.2f %6ld %6ld %6ld %12.1f\n",
        evaluation.modality.text().c_str(),
        condition_text(evaluation).c_str(),
        evaluation.texts.size(), static_cast<long>(words.reference()), 100 * words.rate(),
        static_cast<long>(words.substitutions), static_cast<long>(words.deletions),
        static_cast<long>(words.insertions), 100 * evaluation.report.sentence_error_rate());
    table += row;
  }
  return table;
}

namespace {

/// NaN, where nothing can be known, becomes null.
nlohmann::json times_json(const TimeScores& scores) {
  return {
      {"median_absolute_s", scores.median_absolute_s},
      {"absolute_90_s", scores.absolute_90_s},
      {"median_s", scores.median_s}};
}

nlohmann::json confidences_json(const ConfidenceScores& scores) {
  return {
      {"mean", scores.mean}, {"ece", scores.ece}, {"brier", scores.brier}, {"nce", scores.nce}};
}

/// What is known of the words that were heard.
nlohmann::json words_json(const std::vector<WordJudgement>& words) {
  const TimeScores starts = score_times(start_errors(words));
  const ConfidenceScores posteriors = score_confidences(confidences(words, true));
  return {
      {"words", posteriors.words},
      {"wrong", posteriors.wrong},
      {"posteriors", confidences_json(posteriors)},
      {"confidences", confidences_json(score_confidences(confidences(words, false)))},
      {"timed", starts.words},
      {"starts", times_json(starts)},
      {"ends", times_json(score_times(end_errors(words)))}};
}

}  // namespace

std::string evaluations_json(
    const ModelCard& card,
    const std::string& text_rules,
    const std::vector<Evaluation>& evaluations) {
  nlohmann::json document = {
      {"version", 1}, {"model", card.name}, {"text_rules", text_rules}, {"results", {}}};
  for (const Evaluation& evaluation : evaluations) {
    const EditCounts& words = evaluation.report.words;
    nlohmann::json result = {
        {"modality", evaluation.modality.text()},
        {"wer", evaluation.report.wer()},
        {"cer", evaluation.report.cer()},
        {"words", words.reference()},
        {"substitutions", words.substitutions},
        {"deletions", words.deletions},
        {"insertions", words.insertions},
        {"clips", nlohmann::json::array()}};
    result["heard"] = words_json(evaluation.words);
    result["snr_db"] = evaluation.snr_db ? nlohmann::json(*evaluation.snr_db) : nlohmann::json();
    for (const ScoredText& text : evaluation.texts) {
      result["clips"].push_back(
          {{"id", text.id}, {"reference", text.reference}, {"hypothesis", text.hypothesis}});
    }
    document["results"].push_back(std::move(result));
  }
  return document.dump(2) + "\n";
}

}  // namespace sotto::experiments
