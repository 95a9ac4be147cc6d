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

}  // namespace sotto::experiments
