#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "datasets/utterance.h"

namespace sotto::datasets {

/// One line of a store's manifest.jsonl.
struct ManifestEntry {
  std::string id;
  std::string clip;     ///< path of the clip relative to the store
  int64_t frames = 0;   ///< video frames at 25/s; 0 without video
  int64_t samples = 0;  ///< samples at 16 kHz; 0 without sound
  std::string text;
  std::vector<WordTime> words;
  std::string talker;
  std::string split;  ///< the corpus' name of its part, such as "train"; empty if it has none
  std::string source;
  Quality quality;
  std::vector<std::string> warnings;  ///< what was found wrong with the source
};

/// Frames of the lips, or of the sound where there are none; at least one.
inline int64_t frame_count(const ManifestEntry& entry) {
  return entry.frames > 0 ? entry.frames : std::max<int64_t>(1, entry.samples / kSamplesPerFrame);
}

class Shard;

/// A prepared store opened for reading: manifest.jsonl (sorted by id) and clips/*.mkv, or
/// shards/*.safetensors of a packed one. Opening reads the manifest only. `load` is const and safe
/// from several threads.
class Store {
 public:
  /// @throws DataError if `path` is no store.
  explicit Store(const std::string& path);

  const std::vector<ManifestEntry>& manifest() const { return manifest_; }
  const std::string& path() const { return path_; }
  /// The entry with this id. @throws DataError if there is none.
  const ManifestEntry& entry(const std::string& id) const;
  /// Licences and attributions that go with the store's clips.
  const std::vector<std::string>& notices() const { return notices_; }
  /// Name of the rules (text/text_rules.h) that its texts were made with; empty if not known.
  const std::string& text_rules() const { return text_rules_; }
  /// Decodes one utterance, or copies it out of its mapped shard: lips and sound, lossless.
  Utterance load(const ManifestEntry& entry) const;
  /// Whether a clip is a mapped shard's, which costs a copy and no decoding.
  static bool is_packed(const ManifestEntry& entry);
  /// The shard files that the manifest names, each once; none if the clips are files of their own.
  std::vector<std::string> shards() const;

 private:
  std::string path_;
  std::vector<ManifestEntry> manifest_;
  std::vector<std::string> notices_;
  std::string text_rules_;
  std::map<std::string, size_t> by_id_;
  /// Shards that were opened, by the name in the manifest; shared by copies of the store.
  struct OpenShards;
  std::shared_ptr<OpenShards> shards_;
};

/// Writes one utterance's clip file (FFV1 + FLAC in Matroska) whole or not at all.
void write_clip(const std::string& path, const Utterance& utterance);
/// Reads a clip file that `write_clip` made.
Utterance read_clip(const std::string& path);

/// A manifest line for `utterance` whose clip lies at `clip`.
ManifestEntry describe(const Utterance& utterance, const std::string& clip);
std::string to_json_line(const ManifestEntry& entry);
/// @param where file:line for messages. @throws DataError.
ManifestEntry from_json_line(const std::string& line, const std::string& where);

}  // namespace sotto::datasets
