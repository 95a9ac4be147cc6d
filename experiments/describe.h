#pragma once

#include <string>

namespace sotto::experiments {

/// What a model, a store or a clip is, in a few lines for people; which of them, the path tells.
/// @throws DataError, CheckpointError.
std::string describe_path(const std::string& path);

}  // namespace sotto::experiments
