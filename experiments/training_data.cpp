#include "experiments/training_data.h"

#include <algorithm>

#include "common/error.h"
#include "datasets/text/sentencepiece.h"
#include "datasets/text/units.h"
#include "experiments/model_file.h"
#include "experiments/noise_sources.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;
using Entries = std::vector<const ManifestEntry*>;

datasets::NoiseSources noise_of(
    const Recipe& recipe, datasets::ClipCache& clips, const Entries& train) {
  if (recipe.noise.chance <= 0 && recipe.noise.only <= 0) {
    return {};
  }
  if (!recipe.data.noise_file.empty()) {
    return recording_of(recipe.data.noise_file);
  }
  return voices_of(
      clips, recipe.data.noise.empty() ? train : listed_entries(clips.store(), recipe.data.noise));
}

}  // namespace

Entries all_but(const datasets::Store& store, const Entries& left_out) {
  Entries entries;
  for (const ManifestEntry& entry : store.manifest()) {
    if (std::find(left_out.begin(), left_out.end(), &entry) == left_out.end()) {
      entries.push_back(&entry);
    }
  }
  return entries;
}

std::shared_ptr<const datasets::Tokenizer> tokenizer_of(const TokenizerOptions& options) {
  if (is_safetensors(options.units)) {
    return tokenizer_of(read_card(SafetensorsFile(options.units), options.units));
  }
  const auto tokens =
      options.units.empty() ? datasets::english_characters() : datasets::read_units(options.units);
  const std::string model =
      options.model.empty() ? "" : datasets::read_sentencepiece_model(options.model);
  return datasets::make_tokenizer(
      model.empty() ? datasets::tokenizer_type_of(tokens) : "sentencepiece", tokens, model);
}

Entries listed_entries(const datasets::Store& store, const std::string& list) {
  if (list.empty()) {
    return all_but(store, {});
  }
  Entries entries;
  for (const std::string& id : read_list(list)) {
    entries.push_back(&store.entry(id));
  }
  return entries;
}

TrainingData load_training_data(const Recipe& recipe) {
  TrainingData data;
  data.store = std::make_shared<const datasets::Store>(recipe.data.store);
  data.tokenizer = tokenizer_of(recipe.tokenizer);
  const Entries valid =
      recipe.data.valid.empty() ? Entries() : listed_entries(*data.store, recipe.data.valid);
  const Entries train = recipe.data.train.empty() ? all_but(*data.store, valid)
                                                  : listed_entries(*data.store, recipe.data.train);
  if (train.empty()) {
    throw DataError(recipe.data.store + ": expected clips to train on, found none");
  }
  for (const datasets::ManifestEntry* entry : train) {
    data.longest_s = std::max(
        data.longest_s,
        static_cast<double>(datasets::frame_count(*entry)) / datasets::kFramesPerSecond);
  }
  datasets::LoaderContext context;
  context.clips =
      std::make_shared<datasets::ClipCache>(data.store, recipe.data.loader.cache_mib);
  context.entries = valid;
  context.tokenizer = data.tokenizer;
  context.inputs = recipe.model.input;
  context.seed = static_cast<uint64_t>(recipe.seed);
  data.valid_clips = static_cast<int64_t>(valid.size());
  data.valid = std::make_unique<datasets::Loader>(recipe.data.loader, context);

  context.entries = train;
  context.labels = datasets::WordLabels(train, recipe.data.label_words);
  context.noise_sources = noise_of(recipe, *context.clips, train);
  data.label_classes = context.labels.classes();
  data.label_words = context.labels.words();
  data.train = std::make_unique<datasets::Loader>(
      recipe.data.loader, std::move(context), recipe.augment, recipe.noise);
  return data;
}

}  // namespace sotto::experiments
