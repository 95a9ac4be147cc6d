#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/pickle.h"

namespace sotto::experiments {

/// What a pickle says about the storage of a tensor.
struct StorageReference {
  std::string type;       ///< of its elements, as safetensors names it
  std::string_view key;   ///< its name in the container
  uint64_t elements = 0;  ///< of the whole storage
  uint64_t begin = 0;     ///< first element that belongs to this reference ...
  uint64_t length = 0;    ///< ... and how many do: all, but in very old files
};

/// Reads the id ("storage", class, key, location, elements[, view]) of a kPersistent value; nothing
/// for other values, for other ids and for classes of elements that sotto does not know.
///
/// @throws CheckpointError for sizes that no file has.
std::optional<StorageReference> storage_reference(
    const Pickle& pickle, const PickleValue& value, const std::string& where);

}  // namespace sotto::experiments
