#pragma once

#include <string>
#include <vector>

#include "datasets/clip_cache.h"
#include "datasets/noise.h"

namespace sotto::experiments {

/// The voices of these utterances, to make babble from.
datasets::NoiseSources voices_of(
    datasets::ClipCache& clips, const std::vector<const datasets::ManifestEntry*>& entries);

/// The sound of one media file.
datasets::NoiseSources recording_of(const std::string& path);

/// The sounds of media files, and of those in folders, in order of their paths; 4 GiB at most.
/// @throws DataError naming what has no sound or holds no media file.
std::vector<std::shared_ptr<const datasets::Wave>> noise_files(
    const std::vector<std::string>& paths);

}  // namespace sotto::experiments
