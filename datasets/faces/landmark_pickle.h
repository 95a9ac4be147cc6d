#pragma once

#include <string>
#include <vector>

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

/// Landmarks in a Python pickle, as auto_avsr's are: a list with a NumPy array (68, 2), or None, for
/// every frame; or one array (T, 68, 2). Nothing in it is executed.
///
/// @param pickle  the file's bytes.
/// @throws DataError or CheckpointError saying what is wrong.
std::vector<Landmarks> landmarks_of_pickle(const std::string& pickle, const std::string& path);

}  // namespace sotto::datasets
