#include "experiments/noise_sources.h"

#include <filesystem>

#include "common/error.h"
#include "common/random.h"
#include "datasets/corpora/media_files.h"
#include "datasets/media_utterance.h"

namespace sotto::experiments {

datasets::NoiseSources voices_of(
    datasets::ClipCache& clips,
    std::vector<const datasets::ManifestEntry*> entries,
    uint64_t seed) {
  if (entries.size() > kMostVoices) {
    Random random(seed, 0, "voices");
    shuffle(entries, random);
    entries.resize(kMostVoices);
  }
  datasets::NoiseSources sources;
  for (const datasets::ManifestEntry* entry : entries) {
    const auto utterance = clips.get(*entry);
    if (!utterance->wave.empty()) {
      // The sound alone: pictures would be kept with it.
      sources.voices.push_back(std::make_shared<const datasets::Wave>(utterance->wave));
    }
  }
  if (sources.voices.empty()) {
    throw DataError("noise: expected utterances with sound, found none");
  }
  return sources;
}

datasets::NoiseSources recording_of(const std::string& path) {
  datasets::UtteranceOptions options;
  options.video = false;
  datasets::NoiseSources sources;
  sources.recording = std::make_shared<datasets::Wave>(
      datasets::read_media_utterance(path, options).wave);
  if (sources.recording->empty()) {
    throw DataError(path + ": expected sound to mix in, found none");
  }
  return sources;
}

std::vector<std::shared_ptr<const datasets::Wave>> noise_files(
    const std::vector<std::string>& paths) {
  constexpr size_t kMostSamples = size_t{1} << 30;  // 4 GiB of them, 18 hours
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path path : paths) {
    if (std::filesystem::is_directory(path)) {
      for (const auto& inside : datasets::media_files(path)) {
        files.push_back(path / inside);
      }
    } else {
      files.push_back(path);
    }
  }
  std::vector<std::shared_ptr<const datasets::Wave>> waves;
  size_t samples = 0;
  for (const std::filesystem::path& file : files) {
    waves.push_back(recording_of(file.string()).recording);
    samples += waves.back()->size();
    if (samples > kMostSamples) {
      throw DataError(
          file.string() + ": noise.files hold more than 18 hours, which memory would be filled with; "
          "name fewer");
    }
  }
  if (waves.empty()) {
    throw DataError(paths.front() + ": expected media files with noise, found none");
  }
  return waves;
}

}  // namespace sotto::experiments
