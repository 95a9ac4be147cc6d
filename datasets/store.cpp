#include "datasets/store.h"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/safetensors.h"
#include "datasets/shards/shard.h"

namespace sotto::datasets {
namespace {

using nlohmann::ordered_json;

ordered_json quality_json(const Quality& quality) {
  return {
      {"face_share", quality.face_share},
      {"off_centre", quality.off_centre},
      {"longest_gap", quality.longest_gap},
      {"face_width", quality.face_width},
      {"face_x", quality.face_x},
      {"yaw_deg", quality.yaw_deg},
      {"sharpness", quality.sharpness},
      {"source_fps", quality.source_fps},
      {"people", quality.people}};
}

Quality quality_from(const ordered_json& json) {
  Quality quality;
  quality.face_share = json.value("face_share", 0.0);
  quality.off_centre = json.value("off_centre", 0.0);
  quality.longest_gap = json.value("longest_gap", int64_t{0});
  quality.face_width = json.value("face_width", 0.0);
  quality.face_x = json.value("face_x", 0.0);
  quality.yaw_deg = json.value("yaw_deg", 0.0);
  quality.sharpness = json.value("sharpness", 0.0);
  quality.source_fps = json.value("source_fps", 0.0);
  quality.people = json.value("people", int64_t{0});
  return quality;
}

// A clip must lie inside its store, whatever a manifest from elsewhere says.
bool is_inside(const std::string& clip) {
  const std::filesystem::path path(clip);
  if (clip.empty() || path.is_absolute()) {
    return false;
  }
  for (const auto& part : path) {
    if (part == "..") {
      return false;
    }
  }
  return true;
}

// Stores made by hand for a test or by other tools may lack the file.
ordered_json read_description(const std::string& store) {
  std::ifstream file(std::filesystem::path(store) / "store.json");
  ordered_json json = ordered_json::parse(file, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : ordered_json::object();
}

}  // namespace

ManifestEntry describe(const Utterance& utterance, const std::string& clip) {
  ManifestEntry entry;
  entry.id = utterance.id;
  entry.clip = clip;
  entry.frames = utterance.crops.empty() ? 0 : utterance.crops.begin()->second.frames;
  entry.samples = static_cast<int64_t>(utterance.wave.size());
  entry.text = utterance.text;
  entry.words = utterance.words;
  entry.talker = utterance.talker;
  entry.split = utterance.split;
  entry.source = utterance.source;
  entry.quality = utterance.quality;
  entry.warnings = utterance.warnings;
  return entry;
}

std::string to_json_line(const ManifestEntry& entry) {
  ordered_json words = ordered_json::array();
  for (const WordTime& word : entry.words) {
    words.push_back({{"word", word.word}, {"start", word.start_s}, {"end", word.end_s}});
  }
  ordered_json json = {
      {"id", entry.id},
      {"clip", entry.clip},
      {"frames", entry.frames},
      {"samples", entry.samples},
      {"text", entry.text},
      {"words", words},
      {"talker", entry.talker},
      {"split", entry.split},
      {"source", entry.source},
      {"quality", quality_json(entry.quality)}};
  if (!entry.warnings.empty()) {
    json["warnings"] = entry.warnings;
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ManifestEntry from_json_line(const std::string& line, const std::string& where) {
  try {
    const ordered_json json = ordered_json::parse(line);
    ManifestEntry entry;
    entry.id = json.at("id").get<std::string>();
    entry.clip = json.at("clip").get<std::string>();
    entry.frames = json.value("frames", int64_t{0});
    entry.samples = json.value("samples", int64_t{0});
    entry.text = json.value("text", "");
    entry.talker = json.value("talker", "");
    entry.split = json.value("split", "");
    entry.source = json.value("source", "");
    entry.warnings = json.value("warnings", std::vector<std::string>());
    entry.quality = quality_from(json.value("quality", ordered_json::object()));
    for (const ordered_json& word : json.value("words", ordered_json::array())) {
      entry.words.push_back(
          {word.at("word").get<std::string>(),
           word.at("start").get<double>(),
           word.at("end").get<double>()});
    }
    if (entry.id.empty() || entry.frames < 0 || entry.samples < 0 || !is_inside(entry.clip)) {
      throw DataError(where + ": expected an id and a clip inside the store");
    }
    return entry;
  } catch (const nlohmann::json::exception&) {
    throw DataError(where + ": expected a line of a manifest, got something else");
  }
}

struct Store::OpenShards {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Shard>> by_name;

  std::shared_ptr<const Shard> get(const std::string& folder, const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<const Shard>& shard = by_name[name];
    if (!shard) {
      shard = std::make_shared<const Shard>((std::filesystem::path(folder) / name).string());
    }
    return shard;
  }
};

Store::Store(const std::string& path) : path_(path), shards_(std::make_shared<OpenShards>()) {
  const std::filesystem::path manifest = std::filesystem::path(path) / "manifest.jsonl";
  std::ifstream file(manifest);
  if (!file) {
    const bool begun = std::filesystem::exists(std::filesystem::path(path) / "store.json");
    throw DataError(
        path + (begun ? ": expected a finished store; run the same sotto command again to finish it"
                      : ": expected a prepared store, got no manifest.jsonl in it"));
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) {
      continue;
    }
    const std::string where = manifest.string() + ":" + std::to_string(number);
    ManifestEntry entry = from_json_line(line, where);
    if (!by_id_.emplace(entry.id, manifest_.size()).second) {
      throw DataError(where + ": the id " + entry.id + " stands twice");
    }
    manifest_.push_back(std::move(entry));
  }
  const ordered_json description = read_description(path);
  notices_ = description.value("notices", std::vector<std::string>());
  text_rules_ = description.value("text_rules", "");
}

const ManifestEntry& Store::entry(const std::string& id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) {
    throw DataError(path_ + ": has no utterance " + id);
  }
  return manifest_[found->second];
}

bool Store::is_packed(const ManifestEntry& entry) {
  return is_safetensors(entry.clip);
}

std::vector<std::string> Store::shards() const {
  std::set<std::string> names;
  for (const ManifestEntry& entry : manifest_) {
    if (is_packed(entry)) {
      names.insert((std::filesystem::path(path_) / entry.clip).string());
    }
  }
  return {names.begin(), names.end()};
}

Utterance Store::load(const ManifestEntry& entry) const {
  const std::string path = (std::filesystem::path(path_) / entry.clip).string();
  Utterance utterance = is_packed(entry) ? shards_->get(path_, entry.clip)->load(entry)
                                         : read_clip(path);
  const int64_t frames = utterance.crops.empty() ? 0 : utterance.crops.begin()->second.frames;
  if (frames != entry.frames || static_cast<int64_t>(utterance.wave.size()) != entry.samples) {
    throw DataError(
        path + ": expected " + std::to_string(entry.frames) + " frames and " +
        std::to_string(entry.samples) + " samples as the manifest says, got " +
        std::to_string(frames) + " and " + std::to_string(utterance.wave.size()));
  }
  for (const auto& [name, crop] : utterance.crops) {
    if (crop.frames != frames) {
      throw DataError(path + ": " + entry.id + ": its crop " + name + " has another length");
    }
  }
  utterance.id = entry.id;
  utterance.text = entry.text;
  utterance.words = entry.words;
  utterance.talker = entry.talker;
  utterance.split = entry.split;
  utterance.source = entry.source;
  utterance.quality = entry.quality;
  utterance.warnings = entry.warnings;
  return utterance;
}

}  // namespace sotto::datasets
