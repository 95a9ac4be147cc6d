#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "common/files.h"
#include "datasets/shards/shard_writer.h"
#include "datasets/store.h"

namespace sotto::tests {

/// An utterance that tells the time: every pixel of frame t is `first + t`, and every sample of
/// that frame is (first + t) / 256, which 16-bit sound holds exactly.
inline datasets::Utterance clock_utterance(
    const std::string& id,
    int64_t first,
    int64_t frames,
    const std::vector<datasets::WordTime>& words = {}) {
  datasets::Utterance utterance;
  utterance.id = id;
  utterance.talker = "clock";
  utterance.words = words;
  for (const datasets::WordTime& word : words) {
    utterance.text += (utterance.text.empty() ? "" : " ") + word.word;
  }
  datasets::Crop lips = {frames, datasets::kLipsSide, datasets::kLipsSide, 1, {}};
  for (int64_t t = 0; t < frames; ++t) {
    const auto time = static_cast<uint8_t>(first + t);
    lips.pixels.insert(lips.pixels.end(), static_cast<size_t>(lips.frame_bytes()), time);
    utterance.wave.insert(
        utterance.wave.end(), datasets::kSamplesPerFrame, static_cast<float>(time) / 256);
  }
  utterance.crops["lips"] = std::move(lips);
  return utterance;
}

/// The same without lips or without sound.
inline datasets::Utterance without_lips(datasets::Utterance utterance) {
  utterance.crops.clear();
  return utterance;
}
inline datasets::Utterance without_sound(datasets::Utterance utterance) {
  utterance.wave.clear();
  return utterance;
}

/// A packed store in `folder` that holds these utterances, which are sorted: no clip is encoded.
inline void write_packed_store(
    const std::string& folder, const std::vector<datasets::Utterance>& utterances) {
  const std::string shard = "shards/00000.safetensors";
  std::filesystem::create_directories(folder + "/shards");
  datasets::ShardWriter writer(folder);
  std::string manifest;
  for (const datasets::Utterance& utterance : utterances) {
    const datasets::ManifestEntry entry = datasets::describe(utterance, shard);
    writer.add(entry, utterance);
    manifest += datasets::to_json_line(entry) + "\n";
  }
  writer.write(folder + "/" + shard);
  write_file(folder + "/manifest.jsonl", manifest);
}

/// A prepared store in `folder` that holds these utterances: a clip file each, or, where nothing
/// encodes those, one shard.
inline void write_store(const std::string& folder, std::vector<datasets::Utterance> utterances) {
  std::sort(utterances.begin(), utterances.end(), [](const auto& a, const auto& b) {
    return a.id < b.id;
  });
#ifdef SOTTO_NO_MEDIA
  write_packed_store(folder, utterances);
#else
  std::filesystem::create_directories(folder + "/clips");
  std::string manifest;
  for (const datasets::Utterance& utterance : utterances) {
    const std::string clip = "clips/" + utterance.id + ".mkv";
    datasets::write_clip(folder + "/" + clip, utterance);
    manifest += datasets::to_json_line(datasets::describe(utterance, clip)) + "\n";
  }
  write_file(folder + "/manifest.jsonl", manifest);
#endif
}

}  // namespace sotto::tests
