#pragma once

#include <optional>
#include <string>

#include "experiments/peers/checkpoint_container.h"
#include "experiments/peers/checkpoint_tensor.h"

namespace sotto::experiments {

/// Whether the value is a tensor (or a parameter) that sotto can read.
bool is_tensor(const Pickle& pickle, const PickleValue& value, const std::string& where);

/// The tensor that `value` of the container's object describes; nothing if it describes something
/// else, or goes through an object of a class that sotto does not know.
///
/// @param where  the file and the tensor, for messages.
/// @throws CheckpointError if sizes or strides are negative, or the view leaves its storage.
std::optional<CheckpointTensor> rebuild_tensor(
    CheckpointContainer& container, const PickleValue& value, const std::string& where);

}  // namespace sotto::experiments
