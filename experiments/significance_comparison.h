#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "experiments/significance.h"
#include "experiments/significance_segments.h"

namespace sotto::experiments {

/// Two systems on the same clips, and whether what parts them is more than chance.
struct SystemComparison {
  ScoreUnit unit = ScoreUnit::kWords;
  Resample resample = Resample::kClips;
  int64_t resampled = 0;  ///< clips or talkers
  EditCounts a;
  EditCounts b;
  PairedBootstrap bootstrap;
  SegmentTest segments;
};

/// Clips are paired by id and repetition, in any order.
/// @throws DataError naming a clip that only one system has, or whose references differ.
SystemComparison compare_systems(
    const std::vector<ScoredText>& a,
    const std::vector<ScoredText>& b,
    ScoreUnit unit,
    const ScoreOptions& options = {},
    Resample resample = Resample::kClips,
    const BootstrapOptions& bootstrap = {});

/// Lines for people, remarks on what the numbers cannot bear included.
std::string format_comparison(const SystemComparison& comparison);

nlohmann::ordered_json comparison_json(const SystemComparison& comparison);

/// "clips" or "talkers".
std::string resample_name(Resample resample);

}  // namespace sotto::experiments
