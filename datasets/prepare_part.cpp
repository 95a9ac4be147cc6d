#include "datasets/prepare_part.h"

#include "common/error.h"
#include "common/launcher.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kMostParts = 100000;

/// The place in a Slurm job array, whose tasks are jobs of their own; the whole without one.
PreparePart part_of_array() {
  const std::string task = environment("SLURM_ARRAY_TASK_ID");
  const std::string tasks = environment("SLURM_ARRAY_TASK_COUNT");
  if (task.empty() || tasks.empty()) {
    return {};
  }
  const std::string lowest = environment("SLURM_ARRAY_TASK_MIN");
  const auto index = parse_count(task, kMostParts);
  const auto count = parse_count(tasks, kMostParts);
  const auto first = parse_count(lowest, kMostParts);
  if (first && *first > 1) {  // some tasks of an array again: which of how many is not told
    throw ConfigError(
        "SLURM_ARRAY_TASK_MIN=" + lowest +
        ": expected an array from 0 or 1 on; give --shard K/N to say which part it is");
  }
  if (!index || !count || !first || *index < *first || *index - *first >= *count) {
    throw ConfigError(
        "SLURM_ARRAY_TASK_ID=" + task + ", SLURM_ARRAY_TASK_COUNT=" + tasks +
        ": expected a task of that many; give --shard K/N to say it yourself");
  }
  return {*index - *first, *count};
}

}  // namespace

std::string PreparePart::name() const {
  return std::to_string(index + 1) + "-of-" + std::to_string(count);
}

PreparePart parse_part(const std::string& text) {
  const size_t slash = text.find('/');
  const auto index = parse_count(text.substr(0, slash), kMostParts);
  const auto count =
      slash == std::string::npos ? std::nullopt : parse_count(text.substr(slash + 1), kMostParts);
  if (!index || !count || *index < 1 || *index > *count) {
    throw ConfigError("--shard: expected K/N with K from 1 to N, such as 3/8, got '" + text + "'");
  }
  return {*index - 1, *count};
}

PreparePart part_of_launcher() {
  try {
    const Rank rank = rank_of_launcher();
    return rank.count > 1 ? PreparePart{rank.index, rank.count} : part_of_array();
  } catch (const ConfigError& fault) {
    const std::string complaint = fault.what();
    const bool advises = complaint.find("--shard") != std::string::npos;
    throw ConfigError(advises ? complaint : complaint + "; or give --shard K/N to say it yourself");
  }
}

}  // namespace sotto::datasets
