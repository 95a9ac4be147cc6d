#include "common/launcher.h"

#include <cstdlib>

#include "common/error.h"

namespace sotto {
namespace {

constexpr int64_t kMostProcesses = 100000;

struct Launcher {
  const char* name;
  const char* rank;
  const char* size;
  const char* local;
  const char* also;  // has to be there too; null: nothing
};

// A shell within a Slurm allocation has SLURM_NTASKS, but only a step of it is one of several.
constexpr Launcher kLaunchers[] = {
    {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", nullptr},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     nullptr},
    {"MPI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", nullptr},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_STEP_ID"}};

/// Whether the ranks of PMI are those that Slurm gave (srun --mpi=pmi2): Slurm then says more, the
/// index on the machine and the hosts. An mpirun within Slurm starts other processes than Slurm did.
bool is_of_slurm(const Launcher& launcher, const std::string& rank, const std::string& size) {
  return launcher.rank == std::string("PMI_RANK") && !environment("SLURM_STEP_ID").empty() &&
         environment("SLURM_PROCID") == rank && environment("SLURM_NTASKS") == size;
}

}  // namespace

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::optional<int64_t> parse_count(const std::string& text, int64_t most) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos ||
      std::stoll(text) > most) {
    return std::nullopt;
  }
  return std::stoll(text);
}

Rank rank_of_launcher() {
  for (const Launcher& launcher : kLaunchers) {
    const std::string rank = environment(launcher.rank);
    const std::string size = environment(launcher.size);
    if ((rank.empty() && size.empty()) ||
        (launcher.also != nullptr && environment(launcher.also).empty())) {
      continue;
    }
    if (rank.empty() || size.empty()) {
      throw ConfigError(
          std::string(rank.empty() ? launcher.size : launcher.rank) + " is set without " +
          (rank.empty() ? launcher.rank : launcher.size) + "; set both or neither");
    }
    Rank place;
    const auto index = parse_count(rank, kMostProcesses);
    const auto count = parse_count(size, kMostProcesses);
    if (!index || !count || *index >= *count) {
      throw ConfigError(
          std::string(launcher.rank) + "=" + rank + ", " + launcher.size + "=" + size +
          ": expected a rank from 0 on below the number of processes");
    }
    if (*count == 1 || is_of_slurm(launcher, rank, size)) {
      continue;
    }
    place.index = *index;
    place.count = *count;
    place.local = parse_count(environment(launcher.local), kMostProcesses);
    place.launcher = launcher.name;
    return place;
  }
  return {};
}

}  // namespace sotto
