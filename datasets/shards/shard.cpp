#include "datasets/shards/shard.h"

#include <cstring>
#include <sstream>

#include "common/error.h"
#include "common/safetensors.h"
#include "datasets/clip_format.h"
#include "datasets/store.h"

namespace sotto::datasets {
namespace {

constexpr const char* kHint = "; delete it and run sotto pack again";

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  throw DataError(path + ": " + what + kHint);
}

std::string of_metadata(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

void check_format(const std::string& path, const SafetensorsFile& file) {
  if (of_metadata(file, "format") != shard_format::kFormat) {
    throw DataError(path + ": expected a shard of a packed store, got another safetensors file");
  }
  if (of_metadata(file, "version") != shard_format::kVersion) {
    throw DataError(
        path + ": expected a shard of version " + shard_format::kVersion + ", got version " +
        of_metadata(file, "version") + "; use the sotto that packed it");
  }
}

/// Frames, height, width and channels of a picture tensor. Its bytes fit the file already.
Crop shape_of(const std::string& path, const std::string& name, const SafetensorsEntry& entry) {
  const std::vector<int64_t>& shape = entry.shape;
  const bool possible = entry.type == "U8" && (shape.size() == 3 || shape.size() == 4) &&
                        shape[1] > 0 && shape[1] <= clip_format::kLargestSide && shape[2] > 0 &&
                        shape[2] <= clip_format::kLargestSide &&
                        (shape.size() == 3 || shape[3] == 3) &&
                        entry.bytes <= static_cast<size_t>(clip_format::kMostBytes);
  if (!possible) {
    damaged(path, name + ": expected U8 pictures (T, H, W) or (T, H, W, 3)");
  }
  return {shape[0], shape[1], shape[2], shape.size() == 4 ? 3 : 1, {}};
}

/// A tensor's name is an id, which may hold slashes, and what it is of the utterance.
std::pair<std::string, std::string> split_name(const std::string& path, const std::string& name) {
  const size_t slash = name.rfind('/');
  if (slash == std::string::npos || slash == 0) {
    damaged(path, "tensor " + name + ": expected an utterance's lips or wave");
  }
  return {name.substr(0, slash), name.substr(slash + 1)};
}

}  // namespace

namespace shard_format {

std::string crop_tensor(const std::string& id, const std::string& crop) {
  return id + (crop == "lips" ? "/lips" : "/lips." + crop);
}

std::string wave_tensor(const std::string& id) {
  return id + "/wave";
}

}  // namespace shard_format

Shard::Shard(const std::string& path) : path_(path) {
  const SafetensorsFile file(path);
  check_format(path, file);
  file_ = file.mapped();
  for (const auto& [name, entry] : file.entries()) {
    const auto [id, part] = split_name(path, name);
    Views& views = views_[id];
    if (part == "wave") {
      if (entry.type != "I16" || entry.shape.size() != 1) {
        damaged(path, name + ": expected I16 sound (N)");
      }
      views.wave = entry.data;
      views.samples = entry.bytes / sizeof(int16_t);
    } else if (part == "lips") {
      views.pictures.push_back({"lips", shape_of(path, name, entry), entry.data});
    } else if (part.size() > 5 && part.compare(0, 5, "lips.") == 0) {
      views.pictures.push_back({part.substr(5), shape_of(path, name, entry), entry.data});
    } else {
      damaged(path, "tensor " + name + ": expected an utterance's lips or wave");
    }
  }
}

Utterance Shard::load(const ManifestEntry& entry) const {
  const auto found = views_.find(entry.id);
  if (found == views_.end()) {
    damaged(path_, "has no utterance " + entry.id);
  }
  const Views& views = found->second;
  Utterance utterance;
  for (const Picture& picture : views.pictures) {
    Crop crop = picture.shape;
    crop.pixels.assign(picture.data, picture.data + crop.frames * crop.frame_bytes());
    utterance.crops[picture.crop] = std::move(crop);
  }
  utterance.wave.resize(views.samples);
  for (size_t i = 0; i < views.samples; ++i) {
    int16_t value = 0;  // a hostile file's sound need not be aligned
    std::memcpy(&value, views.wave + i * sizeof value, sizeof value);
    utterance.wave[i] = static_cast<float>(value) / clip_format::kSoundScale;
  }
  return utterance;
}

std::vector<std::string> Shard::manifest_lines(const std::string& path) {
  const SafetensorsFile file(path);
  check_format(path, file);
  std::vector<std::string> lines;
  std::istringstream text(of_metadata(file, "manifest"));
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line);
  }
  return lines;
}

void Shard::verify(const std::string& path) {
  const SafetensorsFile file(path);
  check_format(path, file);
  const std::string wanted = of_metadata(file, "checksum");
  const std::string got = checksum_hex(file.data(), file.data_bytes());
  if (wanted != got) {
    throw CheckpointError(
        path + ": expected bytes with the checksum " + wanted + ", got " + got + kHint);
  }
}

}  // namespace sotto::datasets
