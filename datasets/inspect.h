#pragma once

#include <string>

#include "datasets/corpora/corpus.h"
#include "datasets/faces/face_choice.h"

namespace sotto::datasets {

/// Draws what is found in one clip to a PNG picture: a frame with the landmarks and boxes of
/// everybody who is followed (the chosen one in green), mouths in the course of the clip, its
/// waveform, and the words where their times are known.
///
/// @param root  folder that the item's files lie in; may be empty.
/// @throws DataError if the clip cannot be read.
void inspect_clip(
    const std::string& root,
    const CorpusItem& item,
    const FaceChoice& face,
    const std::string& picture);

}  // namespace sotto::datasets
