#include "datasets/shards/shard_writer.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"
#include "common/safetensors.h"
#include "datasets/clip_format.h"
#include "datasets/shards/shard.h"

namespace sotto::datasets {

ShardWriter::ShardWriter(const std::string& folder) : spool_(folder + "/.partial-spool") {
  descriptor_ = ::open(spool_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw DataError(spool_ + ": cannot write: " + std::strerror(errno));
  }
}

ShardWriter::~ShardWriter() {
  ::close(descriptor_);
  ::unlink(spool_.c_str());
}

int64_t ShardWriter::bytes_of(const Utterance& utterance) {
  auto bytes = static_cast<int64_t>(utterance.wave.size() * sizeof(int16_t));
  for (const auto& crop : utterance.crops) {
    bytes += static_cast<int64_t>(crop.second.pixels.size());
  }
  return bytes;
}

void ShardWriter::append(Tensor tensor, const void* data) {
  const char* next = static_cast<const char*>(data);
  for (int64_t left = tensor.bytes; left > 0;) {
    const ssize_t written = ::write(descriptor_, next, static_cast<size_t>(left));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      throw DataError(spool_ + ": cannot write: " + std::strerror(errno));
    }
    next += written;
    left -= written;
  }
  tensor.begin = bytes_;
  bytes_ += tensor.bytes;
  tensors_.push_back(std::move(tensor));
}

void ShardWriter::add(const ManifestEntry& entry, const Utterance& utterance) {
  for (const auto& [name, crop] : utterance.crops) {
    const auto bytes = static_cast<int64_t>(crop.pixels.size());
    if (name.empty() || name.find('/') != std::string::npos || crop.frames != entry.frames ||
        bytes != crop.frames * crop.frame_bytes()) {
      throw DataError(
          entry.id + ": crop \"" + name + "\": expected " + std::to_string(entry.frames) +
          " pictures, got " + std::to_string(crop.frames));
    }
    std::vector<int64_t> shape = {crop.frames, crop.height, crop.width};
    if (crop.channels != 1) {
      shape.push_back(crop.channels);
    }
    append({shard_format::crop_tensor(entry.id, name), "U8", shape, 0, bytes}, crop.pixels.data());
  }
  if (!utterance.wave.empty()) {
    std::vector<int16_t> sound;
    sound.reserve(utterance.wave.size());
    for (const float value : utterance.wave) {
      sound.push_back(clip_format::stored_sample(value));
    }
    const auto samples = static_cast<int64_t>(sound.size());
    append(
        {shard_format::wave_tensor(entry.id),
         "I16",
         {samples},
         0,
         samples * static_cast<int64_t>(sizeof(int16_t))},
        sound.data());
  }
  manifest_ += to_json_line(entry) + "\n";
}

void ShardWriter::write(const std::string& path) {
  std::optional<MappedFile> waiting;
  if (bytes_ > 0) {
    waiting.emplace(spool_);
  }
  std::map<std::string, SafetensorsEntry> entries;
  for (const Tensor& tensor : tensors_) {
    const SafetensorsEntry entry = {
        tensor.type,
        tensor.shape,
        waiting ? waiting->data() + tensor.begin : nullptr,
        static_cast<size_t>(tensor.bytes)};
    if (!entries.emplace(tensor.name, entry).second) {
      throw DataError(path + ": the tensor " + tensor.name + " would stand twice");
    }
  }
  write_safetensors(
      path,
      entries,
      {{"format", shard_format::kFormat},
       {"version", shard_format::kVersion},
       {"checksum", safetensors_checksum(entries)},
       {"manifest", manifest_}});
  waiting.reset();
  clear();
}

void ShardWriter::clear() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) {
    throw DataError(spool_ + ": cannot write: " + std::strerror(errno));
  }
  bytes_ = 0;
  tensors_.clear();
  manifest_.clear();
}

}  // namespace sotto::datasets
