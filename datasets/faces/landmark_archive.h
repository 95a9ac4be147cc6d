#pragma once

#include <string>
#include <vector>

#include "datasets/faces/geometry.h"

namespace sotto::datasets {

/// Landmarks that others found: a NumPy file (.npy, version 1 to 3) of shape (T, 68, 2), x and y of
/// every point on every frame of the source in pixels, as floats or integers in C order; or a pickle
/// (landmarks_of_pickle). A frame with a value that is not finite, or with nothing but zeros, has none.
/// @throws DataError, or CheckpointError of a damaged pickle, naming what else was found.
std::vector<Landmarks> read_landmarks(const std::string& path);

}  // namespace sotto::datasets
