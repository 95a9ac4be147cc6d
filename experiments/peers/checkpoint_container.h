#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/files.h"
#include "common/pickle.h"

namespace sotto::experiments {

/// A stretch of the file: the raw little-endian elements of one storage.
struct StorageBytes {
  const uint8_t* data = nullptr;
  uint64_t bytes = 0;
};

/// What torch.save wrote: one pickled object, and the storages that its tensors look into.
class CheckpointContainer {
 public:
  virtual ~CheckpointContainer() = default;
  virtual const Pickle& object() const = 0;
  /// The storage of this key, its checksum compared where the format has one.
  /// @throws CheckpointError if there is none or it is damaged.
  virtual StorageBytes storage(std::string_view key) = 0;
};

/// Recognises the zip (PyTorch 1.6 and later) and the format before it by their first bytes. The
/// container looks into `file`, which must outlive it.
///
/// @throws CheckpointError for anything else, and if the file is damaged.
std::unique_ptr<CheckpointContainer> open_container(const MappedFile& file);

std::unique_ptr<CheckpointContainer> open_zip_container(const MappedFile& file);
std::unique_ptr<CheckpointContainer> open_legacy_container(const MappedFile& file);

}  // namespace sotto::experiments
