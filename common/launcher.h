#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sotto {

/// The place of this process among those that a launcher started.
struct Rank {
  int64_t index = 0;  ///< from 0
  int64_t count = 1;
  std::optional<int64_t> local;  ///< its index on this machine, if the launcher says so
  std::string launcher;          ///< "torchrun", "Open MPI", "MPI", "Slurm"; empty: none
};

/// What torchrun (RANK, WORLD_SIZE), Open MPI (OMPI_COMM_WORLD_RANK, ..._SIZE), MPICH and Intel MPI
/// (PMI_RANK, PMI_SIZE) or Slurm within a step (SLURM_PROCID, SLURM_NTASKS, SLURM_STEP_ID) say in
/// the environment; the first of them that has more than one process counts, Slurm before the PMI
/// that is its own.
/// @throws ConfigError for one variable without the other, and for values that make no sense.
Rank rank_of_launcher();

/// A variable of the environment; empty without it.
std::string environment(const char* name);
/// A whole number from 0 to `most`; nothing for any other text.
std::optional<int64_t> parse_count(const std::string& text, int64_t most);

}  // namespace sotto
