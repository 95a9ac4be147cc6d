#include "experiments/training_data.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <unordered_set>

#include "common/error.h"
#include "common/option_text.h"
#include "datasets/text/sentencepiece.h"
#include "datasets/text/units.h"
#include "experiments/model_file.h"
#include "experiments/noise_sources.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;
using Entries = std::vector<const ManifestEntry*>;
using LeftOut = std::map<std::string, std::string>;  // why, by id: the first reason holds

datasets::NoiseSources noise_of(
    const Recipe& recipe, datasets::ClipCache& clips, const Entries& train) {
  datasets::NoiseSources sources;
  if (!recipe.model.audio.chosen()) {
    return sources;  // nobody listens
  }
  if (recipe.noise.uses("babble")) {
    sources = !recipe.data.noise_file.empty()
                  ? recording_of(recipe.data.noise_file)
                  : voices_of(
                        clips, recipe.data.noise.empty()
                                   ? train
                                   : listed_entries(clips.store(), recipe.data.noise),
                        static_cast<uint64_t>(recipe.seed));
  }
  if (recipe.noise.uses("files")) {
    sources.files = noise_files(recipe.noise.files);
  }
  return sources;
}

/// Whether a stage has something to read of a clip.
bool has_streams(const ManifestEntry& entry, const std::string& streams) {
  return streams == "a" ? entry.samples > 0 : streams == "v" ? entry.frames > 0 : true;
}

/// Those that can be taught: of two frames at least, with a text that the vocabulary can write.
Entries with_tokens(
    const Entries& entries, const datasets::Tokenizer& tokenizer, LeftOut& left_out) {
  Entries kept;
  for (const ManifestEntry* entry : entries) {
    try {
      if (datasets::frame_count(*entry) < 2) {  // batch norms need two
        left_out.emplace(entry->id, "it has a single frame");
      } else if (tokenizer.encode(entry->text).empty()) {
        left_out.emplace(entry->id, "it has no text");
      } else {
        kept.push_back(entry);
      }
    } catch (const DataError& fault) {
      left_out.emplace(entry->id, fault.what());
    }
  }
  return kept;
}

Entries entries_of_stage(
    const StageOptions& stage,
    const datasets::Store& store,
    const datasets::Tokenizer& tokenizer,
    const Entries& train,
    LeftOut& left_out) {
  const Entries listed = stage.train.empty()
                             ? train
                             : with_tokens(listed_entries(store, stage.train), tokenizer, left_out);
  Entries entries;
  for (const ManifestEntry* entry : listed) {
    if (!has_streams(*entry, stage.streams)) {
      left_out.emplace(
          entry->id, std::string("it has no ") + (stage.streams == "a" ? "sound" : "lips") +
                         ", which stage " + stage.name + " trains");
    } else if (stage.longest_frames == 0 || datasets::frame_count(*entry) <= stage.longest_frames) {
      entries.push_back(entry);
    }
  }
  return entries;
}

std::string splits_text(std::set<std::string> names) {
  names.erase("");
  return names.empty() ? "it names no splits" : "its splits: " + join({names.begin(), names.end()}, ", ");
}

/// Utterances of the parts that "split:NAME+NAME" names.
Entries entries_of_splits(const datasets::Store& store, const std::string& list) {
  std::set<std::string> missing;
  std::istringstream names(list.substr(list.find(':') + 1));
  for (std::string name; std::getline(names, name, '+');) {
    missing.insert(name);
  }
  const std::set<std::string> wanted = missing;
  std::set<std::string> known;
  Entries entries;
  for (const ManifestEntry& entry : store.manifest()) {
    known.insert(entry.split);
    if (wanted.count(entry.split) != 0) {
      missing.erase(entry.split);
      entries.push_back(&entry);
    }
  }
  if (!missing.empty() || wanted.empty()) {
    throw DataError(
        store.path() + ": it has no utterances of the split '" +
        (missing.empty() ? std::string() : *missing.begin()) + "'; " + splits_text(known) +
        (missing.count("valid") != 0
             ? "; of LRS3 and CN-CVS sotto prepare keeps some talkers for it: valid_talkers=0.04"
             : ""));
  }
  return entries;
}

}  // namespace

Entries all_but(const datasets::Store& store, const Entries& left_out) {
  const std::unordered_set<const ManifestEntry*> out(left_out.begin(), left_out.end());
  Entries entries;
  for (const ManifestEntry& entry : store.manifest()) {
    if (out.count(&entry) == 0) {
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
  if (is_split_list(list)) {
    return entries_of_splits(store, list);
  }
  Entries entries;
  for (const std::string& id : read_list(list)) {
    entries.push_back(&store.entry(id));
  }
  return entries;
}

TrainingData load_training_data(const Recipe& recipe, int64_t rank, int64_t processes) {
  TrainingData data;
  data.store = std::make_shared<const datasets::Store>(recipe.data.store);
  data.tokenizer = tokenizer_of(recipe.tokenizer);
  const Entries valid =
      recipe.data.valid.empty() ? Entries() : listed_entries(*data.store, recipe.data.valid);
  const Entries train = with_tokens(
      recipe.data.train.empty() ? all_but(*data.store, valid)
                                : listed_entries(*data.store, recipe.data.train),
      *data.tokenizer,
      data.left_out);
  if (train.empty()) {
    throw DataError(
        recipe.data.store + ": expected clips to train on, found none" +
        (data.left_out.empty() ? ""
                               : "; " + data.left_out.begin()->first + ": " +
                                     data.left_out.begin()->second));
  }
  for (const StageOptions& stage : recipe.stages) {
    for (const ManifestEntry* entry :
         entries_of_stage(stage, *data.store, *data.tokenizer, train, data.left_out)) {
      data.longest_s = std::max(
          data.longest_s,
          static_cast<double>(datasets::frame_count(*entry)) / datasets::kFramesPerSecond);
    }
  }
  datasets::LoaderContext context;
  context.clips =
      std::make_shared<datasets::ClipCache>(data.store, recipe.data.loader.cache_mib);
  context.tokenizer = data.tokenizer;
  context.inputs = recipe.model.input;
  context.seed = static_cast<uint64_t>(recipe.seed);
  context.rank = rank;
  context.processes = processes;
  if (!valid.empty()) {
    context.entries = valid;
    data.valid = std::make_unique<datasets::Loader>(recipe.data.loader, context);
  }

  context.entries = train;
  context.labels = datasets::WordLabels(train, recipe.data.label_words);
  context.noise_sources = noise_of(recipe, *context.clips, train);
  data.label_classes = context.labels.classes();
  data.label_words = context.labels.words();
  data.train = std::move(context);
  return data;
}

std::unique_ptr<datasets::Loader> stage_loader(
    const Recipe& recipe, const TrainingData& data, const StageOptions& stage) {
  datasets::LoaderContext context = data.train;
  LeftOut told_already;
  context.entries =
      entries_of_stage(stage, *data.store, *data.tokenizer, data.train.entries, told_already);
  if (context.entries.empty()) {
    throw DataError(
        "stage " + stage.name + ": expected clips to train on, found none" +
        (stage.longest_frames > 0 ? " of at most " + std::to_string(stage.longest_frames) + " frames"
                                  : ""));
  }
  return std::make_unique<datasets::Loader>(
      recipe.data.loader, std::move(context), recipe.augment, recipe.noise);
}

}  // namespace sotto::experiments
