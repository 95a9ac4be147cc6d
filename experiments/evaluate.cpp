#include "experiments/evaluate.h"

#include <algorithm>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "experiments/evaluate_noise.h"
#include "experiments/evaluation.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;

/// The words that were heard in a clip, held against the store's.
std::vector<WordJudgement> judge(
    const LoadedModel& model,
    const ManifestEntry& scored,
    Modality modality,
    const EvaluatedClip& clip) {
  const FrameScores frames = clip.encoded.frames(clip.b);
  const auto readings = readings_of(clip.nbest, *model.tokenizer);
  const auto heard = hear_best(model, frames, readings, align_best(frames, readings));
  const auto calibrated = calibrated_words(
      heard, model.card.calibration.of(modality.text()), frames.duration_s());
  return judge_words(heard, calibrated, scored.text, scored.words);
}

/// A pass over the clips: all that is asked for in one condition, in one draw of noise.
class Pass {
 public:
  Pass(LoadedModel& model, const EvaluateOptions& options, std::optional<double> snr_db)
      : model_(model) {
    for (const Modality modality : options.modalities) {
      if (!snr_db || modality.audio) {
        decoding::SearchOptions search = options.search;
        search.nbest = std::max(search.nbest, readings_needed(model.card, modality));
        wanted_.push_back({modality, search, false, options.language_model});
        evaluations_.push_back({modality, snr_db, {}, {}, {}});
      }
    }
  }

  bool empty() const { return wanted_.empty(); }

  /// @param scored  whose texts are the references, in the order of the context's entries
  void run(
      datasets::LoaderContext context,
      const std::vector<const ManifestEntry*>& scored,
      int64_t repetition,
      Progress& progress) {
    std::vector<size_t> places(wanted_.size(), 0);  // of the clips that were read
    datasets::LoaderOptions reading;
    reading.frames = 800;
    datasets::Loader loader(reading, std::move(context));
    auto texts = transcribe_set(
        *model_.network, loader, *model_.tokenizer, wanted_,
        [&progress](int64_t done) {
          progress.advance(done);
          throw_if_interrupted("nothing was written");
        },
        [&](const EvaluatedClip& clip) {
          const Modality modality = wanted_[clip.option].modality;
          auto judged = judge(model_, *scored[places[clip.option]++], modality, clip);
          auto& words = evaluations_[clip.option].words;
          words.insert(words.end(), judged.begin(), judged.end());
        });
    for (size_t i = 0; i < texts.size(); ++i) {
      for (size_t k = 0; k < texts[i].size(); ++k) {
        const ManifestEntry& entry = *scored[k];
        ScoredText& text = texts[i][k];
        text.id = entry.id;
        text.reference = entry.text;
        text.talker = entry.talker;
        text.seconds = datasets::seconds_of(datasets::frame_count(entry));
        text.repetition = repetition;
        evaluations_[i].texts.push_back(std::move(text));
      }
    }
  }

  std::vector<Evaluation> finish(const ScoreOptions& scoring) {
    for (Evaluation& evaluation : evaluations_) {
      evaluation.report = score(evaluation.texts, scoring);
    }
    return std::move(evaluations_);
  }

 private:
  LoadedModel& model_;
  std::vector<EvaluationOptions> wanted_;
  std::vector<Evaluation> evaluations_;
};

/// For each clip the next one with another text.
std::vector<const ManifestEntry*> others_of(const std::vector<const ManifestEntry*>& entries) {
  std::vector<const ManifestEntry*> others;
  for (size_t i = 0; i < entries.size(); ++i) {
    size_t other = i;
    do {
      other = (other + 1) % entries.size();
    } while (other != i && entries[other]->text == entries[i]->text);
    if (other == i) {
      throw DataError("evaluate: --swapped: expected clips with different texts");
    }
    others.push_back(entries[other]);
  }
  return others;
}

/// Whether sound is listened to, so that noise makes a difference.
bool any_sound(const EvaluateOptions& options) {
  return std::any_of(options.modalities.begin(), options.modalities.end(), [](Modality modality) {
    return modality.audio;
  });
}

}  // namespace

void check_modalities(const ModelCard& card, const std::vector<Modality>& modalities) {
  for (const Modality modality : modalities) {
    if ((modality.audio && !card.model.audio.chosen()) ||
        (modality.video && !card.model.video.chosen())) {
      throw ConfigError(
          "--modality " + modality.text() + ": the model " + card.name + " has no such stream");
    }
  }
}

std::vector<Evaluation> evaluate(LoadedModel& model, const EvaluateOptions& options) {
  check_modalities(model.card, options.modalities);
  const auto store = std::make_shared<const datasets::Store>(options.store);
  datasets::LoaderContext context;
  context.clips = std::make_shared<datasets::ClipCache>(store, 1024);
  context.entries = listed_entries(*store, options.list);
  if (context.entries.empty()) {
    throw DataError(options.store + ": expected utterances to evaluate, found none");
  }
  const std::vector<const ManifestEntry*> entries = context.entries;
  if (options.swapped) {
    context.entries = others_of(entries);
  }
  context.tokenizer = model.tokenizer;
  context.inputs = model.card.model.input;
  context.seed = options.seed;
  std::vector<std::optional<double>> conditions = {std::nullopt};
  std::optional<EvaluationNoises> noises;
  if (!options.snr_db.empty() && any_sound(options)) {
    conditions.insert(conditions.end(), options.snr_db.begin(), options.snr_db.end());
    noises.emplace(options, context.clips, entries);
  }
  const auto passes =
      1 + static_cast<int64_t>(conditions.size() - 1) * std::max<int64_t>(1, options.repetitions);
  std::vector<Evaluation> evaluations;
  Progress progress("evaluate", passes * static_cast<int64_t>(context.entries.size()), "clips");
  for (const auto& snr_db : conditions) {
    Pass pass(model, options, snr_db);
    for (int64_t i = 0; i < (snr_db ? options.repetitions : 1) && !pass.empty(); ++i) {
      datasets::LoaderContext condition = context;
      if (snr_db) {
        condition.evaluation_noise = noises->in(*snr_db, i);
      }
      pass.run(std::move(condition), entries, i, progress);
    }
    for (Evaluation& evaluation : pass.finish(options.scoring)) {
      evaluations.push_back(std::move(evaluation));
    }
  }
  return evaluations;
}

}  // namespace sotto::experiments
