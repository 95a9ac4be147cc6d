#pragma once

#include <string>

#include "tools/requests.h"

namespace sotto::tools {

/// The first `name` that exists in the request's shared folders, such as
/// "pretrained/grid-av.safetensors"; empty if there is none.
std::string find_shared(const Request& request, const std::string& name);

/// A model as people name it: a path, the folder of a run (its best.safetensors), the name of a
/// shipped model ("grid-av"), or, when `name` is empty, the model that is shipped.
/// @throws DataError if nothing is shipped and none was named, or none of that name.
std::string model_path(const Request& request, const std::string& name);

/// A recipe as people name it: a path, or the name of a shipped recipe ("grid"). @throws DataError.
std::string recipe_path(const Request& request, const std::string& name);

}  // namespace sotto::tools
