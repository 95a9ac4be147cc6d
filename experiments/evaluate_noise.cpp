#include "experiments/evaluate_noise.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "common/error.h"
#include "common/files.h"
#include "common/random.h"
#include "experiments/noise_sources.h"
#include "experiments/training_data.h"

namespace sotto::experiments {
namespace {

using datasets::ManifestEntry;
using Entries = std::vector<const ManifestEntry*>;

constexpr int64_t kTalkers = 6;  // voices that make babble

/// By id: the order of a list is not to change what is drawn.
std::vector<Voice> voices_among(const Entries& entries) {
  std::vector<Voice> voices;
  for (const ManifestEntry* entry : entries) {
    if (entry->samples > 0) {
      voices.push_back({entry->id, entry->samples});
    }
  }
  std::sort(
      voices.begin(), voices.end(), [](const Voice& a, const Voice& b) { return a.id < b.id; });
  return voices;
}

/// The utterances of the list, or those that are not evaluated, or where all are, these.
std::vector<Voice> voices_of_babble(
    const EvaluateOptions& options, const datasets::Store& store, const Entries& evaluated) {
  if (!options.noise_list.empty()) {
    return voices_among(listed_entries(store, options.noise_list));
  }
  const std::set<const ManifestEntry*> left_out(evaluated.begin(), evaluated.end());
  Entries others;
  for (const ManifestEntry& entry : store.manifest()) {
    if (left_out.count(&entry) == 0) {
      others.push_back(&entry);
    }
  }
  const std::vector<Voice> voices = voices_among(others);
  return voices.empty() ? voices_among(evaluated) : voices;
}

/// At most so many of them, in an order that the seed chooses.
std::vector<Voice> some_of(std::vector<Voice> voices, uint64_t seed) {
  if (voices.size() > kMostVoices) {
    Random random(seed, 0, "voices");
    shuffle(voices, random);
    voices.resize(kMostVoices);
  }
  return voices;
}

NoiseManifest draw(
    const EvaluateOptions& options, const datasets::Store& store, const Entries& evaluated) {
  const bool recorded = !options.noise_file.empty();
  Voice recording = {options.noise_file, 0};
  std::vector<Voice> voices;
  if (recorded) {
    recording.samples = static_cast<int64_t>(recording_of(options.noise_file).recording->size());
  } else {
    voices = some_of(voices_of_babble(options, store, evaluated), options.seed);
  }
  NoiseManifest manifest;
  for (const double snr_db : std::set<double>(options.snr_db.begin(), options.snr_db.end())) {
    for (int64_t repetition = 0; repetition < options.repetitions; ++repetition) {
      for (const ManifestEntry* entry : evaluated) {
        manifest.add(
            recorded ? draw_recording(recording, options.seed, entry->id, snr_db, repetition)
                     : draw_babble(voices, kTalkers, options.seed, entry->id, snr_db, repetition));
      }
    }
  }
  return manifest;
}

NoiseManifest read_or_draw(
    const EvaluateOptions& options, const datasets::Store& store, const Entries& evaluated) {
  const std::string& path = options.noise_manifest;
  if (!path.empty() && std::filesystem::exists(path)) {
    NoiseManifest manifest = NoiseManifest::parse(read_file(path), path);
    const auto recordings = manifest.recordings();
    std::error_code missing;
    if (!options.noise_file.empty() &&
        (recordings.size() != 1 ||
         !std::filesystem::equivalent(recordings.front(), options.noise_file, missing))) {
      throw DataError(
          path + ": its noise is " + (recordings.empty() ? "babble" : recordings.front()) + ", not " +
          options.noise_file + "; leave --noise out, or name a new manifest");
    }
    return manifest;
  }
  NoiseManifest manifest = draw(options, store, evaluated);
  if (!path.empty()) {
    write_file(path, manifest.lines());
  }
  return manifest;
}

}  // namespace

/// The sounds that noises are made of, each kept once it was read.
class EvaluationNoises::Sounds {
 public:
  explicit Sounds(std::shared_ptr<datasets::ClipCache> clips) : clips_(std::move(clips)) {}

  const datasets::Store& store() const { return clips_->store(); }

  /// Safe from several threads.
  std::shared_ptr<const datasets::Wave> voice(const std::string& id) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto known = voices_.find(id);
      if (known != voices_.end()) {
        return known->second;
      }
    }
    auto wave = std::make_shared<const datasets::Wave>(clips_->get(store().entry(id))->wave);
    const std::lock_guard<std::mutex> lock(mutex_);
    return voices_.emplace(id, std::move(wave)).first->second;
  }

  void read_recording(const std::string& file) { recordings_[file] = recording_of(file).recording; }
  const datasets::Wave& recording(const std::string& file) const { return *recordings_.at(file); }

 private:
  std::shared_ptr<datasets::ClipCache> clips_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const datasets::Wave>> voices_;
  std::map<std::string, std::shared_ptr<const datasets::Wave>> recordings_;
};

EvaluationNoises::EvaluationNoises(
    const EvaluateOptions& options,
    std::shared_ptr<datasets::ClipCache> clips,
    const Entries& evaluated)
    : sounds_(std::make_shared<Sounds>(std::move(clips))) {
  manifest_ =
      std::make_shared<const NoiseManifest>(read_or_draw(options, sounds_->store(), evaluated));
  for (const std::string& file : manifest_->recordings()) {
    sounds_->read_recording(file);
  }
  for (const double snr_db : options.snr_db) {  // what is missing is told before the work
    for (int64_t repetition = 0; repetition < options.repetitions; ++repetition) {
      for (const ManifestEntry* entry : evaluated) {
        const ClipNoise& noise = manifest_->find(entry->id, snr_db, repetition);
        for (size_t i = 0; noise.babble && i < noise.parts.size(); ++i) {
          sounds_->store().entry(noise.parts[i].source);
        }
      }
    }
  }
}

datasets::EvaluationNoise EvaluationNoises::in(double snr_db, int64_t repetition) const {
  return [manifest = manifest_, sounds = sounds_, snr_db, repetition](
             const ManifestEntry& entry, datasets::Wave& wave) {
    const ClipNoise& noise = manifest->find(entry.id, snr_db, repetition);
    datasets::Wave mixed(wave.size(), 0.0F);
    for (const NoisePart& part : noise.parts) {
      const auto start = static_cast<size_t>(part.start);
      if (noise.babble) {
        datasets::add_voice(mixed, *sounds->voice(part.source), start);
      } else {
        datasets::add_voice(mixed, sounds->recording(part.source), start);
      }
    }
    datasets::add_noise(wave, mixed, noise.snr_db);
  };
}

}  // namespace sotto::experiments
