#include "datasets/prepare_part.h"

#include <cstdlib>

#include "common/error.h"

namespace sotto::datasets {
namespace {

constexpr int64_t kMostParts = 100000;

bool read_number(const std::string& text, int64_t& number) {
  if (text.empty() || text.size() > 6 ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    return false;
  }
  number = std::stoll(text);
  return true;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

std::string PreparePart::name() const {
  return std::to_string(index + 1) + "-of-" + std::to_string(count);
}

PreparePart parse_part(const std::string& text) {
  const size_t slash = text.find('/');
  PreparePart part;
  const bool read = slash != std::string::npos && read_number(text.substr(0, slash), part.index) &&
                    read_number(text.substr(slash + 1), part.count);
  if (!read || part.index < 1 || part.index > part.count || part.count > kMostParts) {
    throw ConfigError("--shard: expected K/N with K from 1 to N, such as 3/8, got '" + text + "'");
  }
  --part.index;
  return part;
}

PreparePart part_of_launcher() {
  struct Launcher {
    const char* rank;
    const char* size;
    const char* first;  // variable that holds the lowest rank; null: 0
    const char* also;   // has to be there too; null: nothing
  };
  // A shell within a Slurm allocation has SLURM_NTASKS, but only a step of it is one of several.
  static const Launcher kLaunchers[] = {
      {"RANK", "WORLD_SIZE", nullptr, nullptr},
      {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", nullptr, nullptr},
      {"SLURM_PROCID", "SLURM_NTASKS", nullptr, "SLURM_STEP_ID"},
      {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", nullptr}};
  for (const Launcher& launcher : kLaunchers) {
    const std::string rank = environment(launcher.rank);
    const std::string size = environment(launcher.size);
    if (rank.empty() || size.empty() ||
        (launcher.also != nullptr && environment(launcher.also).empty())) {
      continue;
    }
    PreparePart part;
    int64_t first = 0;
    const bool read =
        read_number(rank, part.index) && read_number(size, part.count) &&
        (launcher.first == nullptr || read_number(environment(launcher.first), first));
    part.index -= first;
    if (read && first > 1) {  // some tasks of an array again: which of how many is not told
      throw ConfigError(
          std::string(launcher.first) + "=" + std::to_string(first) +
          ": expected an array from 0 or 1 on; give --shard K/N to say which part it is");
    }
    if (!read || part.count < 1 || part.index < 0 || part.index >= part.count) {
      throw ConfigError(
          std::string(launcher.rank) + "=" + rank + ", " + launcher.size + "=" + size +
          ": expected a rank below the number of processes; give --shard K/N to say it yourself");
    }
    if (part.count > 1) {
      return part;
    }
  }
  return {};
}

}  // namespace sotto::datasets
