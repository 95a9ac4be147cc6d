#pragma once

#include <cstdint>
#include <vector>

#include "datasets/faces/face_choice.h"
#include "datasets/lip_stream.h"

namespace sotto::datasets {

/// Which person of each picture is meant by a choice among several faces, shot by shot.
///
/// Who speaks is told by how much of the shot they are seen, how much the gap between their lips
/// moves against whoever moves theirs most, and how that movement follows the loudness:
/// seen * sqrt(moves) * (1/2 + max(0, correlation)). Of scores within a tenth of the best the
/// largest face counts.
///
/// @param choice  "all" with the number of a person (`SeenLips::person`) means that person.
/// @param wave  samples of these pictures; may be shorter or empty.
/// @return for each picture its place in `people`, or -1 where the person is not.
std::vector<int64_t> choose_people(
    const std::vector<const SeenFrame*>& frames,
    const std::vector<float>& wave,
    const FaceChoice& choice);

}  // namespace sotto::datasets
