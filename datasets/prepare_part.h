#pragma once

#include <cstdint>
#include <string>

namespace sotto::datasets {

/// A share of a corpus that one of several processes prepares: every `count`-th clip from the
/// `index`-th on (from 0).
struct PreparePart {
  int64_t index = 0;
  int64_t count = 1;

  bool whole() const { return count == 1; }
  /// "3-of-8", counted from 1.
  std::string name() const;
};

/// "3/8", counted from 1. @throws ConfigError.
PreparePart parse_part(const std::string& text);

/// What a cluster's launcher says in the environment (common/launcher.h), or a Slurm job array
/// (SLURM_ARRAY_TASK_ID, ..._MIN, ..._COUNT). The whole without any of them.
/// @throws ConfigError for values that make no sense.
PreparePart part_of_launcher();

}  // namespace sotto::datasets
