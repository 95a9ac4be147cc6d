#include "experiments/noise_sources.h"

#include "common/error.h"
#include "datasets/media_utterance.h"

namespace sotto::experiments {

datasets::NoiseSources voices_of(
    datasets::ClipCache& clips, const std::vector<const datasets::ManifestEntry*>& entries) {
  datasets::NoiseSources sources;
  for (const datasets::ManifestEntry* entry : entries) {
    const auto utterance = clips.get(*entry);
    if (!utterance->wave.empty()) {
      sources.voices.push_back(std::shared_ptr<const datasets::Wave>(utterance, &utterance->wave));
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

}  // namespace sotto::experiments
