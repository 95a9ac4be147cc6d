#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/files.h"
#include "datasets/utterance.h"

namespace sotto::datasets {

struct ManifestEntry;

/// What the metadata of a shard says besides its tensors.
namespace shard_format {
inline constexpr const char* kFormat = "sotto-shard";
inline constexpr const char* kVersion = "1";
/// Name of an utterance's tensors: its crops, "lips" without a suffix, and its sound.
std::string crop_tensor(const std::string& id, const std::string& crop);
std::string wave_tensor(const std::string& id);
}  // namespace shard_format

/// One memory-mapped shard of a packed store: a safetensors file of `ID/lips` (u8, (T,H,W) or
/// (T,H,W,3)), `ID/lips.NAME` for further crops and `ID/wave` (i16, (N)). Reading it needs no
/// FFmpeg. Sizes are checked when it is opened; pages are read when they are needed. Safe from
/// several threads.
class Shard {
 public:
  /// @throws CheckpointError if the file is damaged, DataError if it is no shard.
  explicit Shard(const std::string& path);

  /// Crops and sound of an utterance, copied out of the map once.
  /// @throws DataError if they are missing or not of the manifest's lengths.
  Utterance load(const ManifestEntry& entry) const;

  /// Lines of the manifest that were packed here, in order.
  static std::vector<std::string> manifest_lines(const std::string& path);
  /// Reads all of a shard. @throws CheckpointError if its bytes are not those that were packed.
  static void verify(const std::string& path);

 private:
  struct Picture {
    std::string crop;
    Crop shape;  ///< without pixels
    const uint8_t* data = nullptr;
  };
  struct Views {
    std::vector<Picture> pictures;
    const uint8_t* wave = nullptr;
    size_t samples = 0;
  };

  std::string path_;
  std::shared_ptr<MappedFile> file_;
  std::unordered_map<std::string, Views> views_;
};

}  // namespace sotto::datasets
