#pragma once

#include <string>
#include <vector>

#include "datasets/clip_cache.h"
#include "datasets/noise.h"

namespace sotto::experiments {

/// Voices that babble is made of are this many at most, so that they stay in memory.
inline constexpr size_t kMostVoices = 500;

/// The voices of these utterances, to make babble from; of many some, which the seed chooses.
datasets::NoiseSources voices_of(
    datasets::ClipCache& clips,
    std::vector<const datasets::ManifestEntry*> entries,
    uint64_t seed);

/// The sound of one media file.
datasets::NoiseSources recording_of(const std::string& path);

/// The sounds of media files, and of those in folders, in order of their paths; 4 GiB at most.
/// @throws DataError naming what has no sound or holds no media file.
std::vector<std::shared_ptr<const datasets::Wave>> noise_files(
    const std::vector<std::string>& paths);

}  // namespace sotto::experiments
