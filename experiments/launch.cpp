#include "experiments/launch.h"

#include "common/error.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kDefaultPort = 29500;
constexpr int64_t kFirstJobPort = 10000;
constexpr int64_t kJobPorts = 20000;

int64_t port_of_environment(int64_t otherwise) {
  const std::string text = environment("MASTER_PORT");
  if (text.empty()) {
    return otherwise;
  }
  const auto port = parse_count(text, 65535);
  if (!port || *port == 0) {
    throw ConfigError("MASTER_PORT=" + text + ": expected a port from 1 to 65535");
  }
  return *port;
}

/// The last digits of a job's number, so that jobs on one machine do not meet.
int64_t port_of_job(const std::string& job) {
  const auto number = parse_count(job.substr(job.size() > 9 ? job.size() - 9 : 0), 999999999);
  return number ? kFirstJobPort + *number % kJobPorts : kDefaultPort;
}

/// Open MPI and MPICH do not say where the first process is.
void need_address(const Rank& rank) {
  const std::string here = environment("OMPI_COMM_WORLD_LOCAL_SIZE").empty()
                               ? environment("MPI_LOCALNRANKS")
                               : environment("OMPI_COMM_WORLD_LOCAL_SIZE");
  const auto count = parse_count(here, rank.count);
  if (count && *count < rank.count) {
    throw ConfigError(
        rank.launcher + " started processes on several machines: set MASTER_ADDR to the name of the "
        "first one (mpirun -x MASTER_ADDR=HOST)");
  }
}

}  // namespace

std::string first_host(const std::string& node_list) {
  const auto fault = [&] {
    return ConfigError(
        "SLURM_JOB_NODELIST=" + node_list + ": expected hosts such as gpu[01-03,07]; set MASTER_ADDR");
  };
  const size_t end = node_list.find_first_of("[,");
  const std::string name = node_list.substr(0, end);
  if (end == std::string::npos || node_list[end] == ',') {
    if (name.empty()) {
      throw fault();
    }
    return name;
  }
  const size_t close = node_list.find(']', end);
  const size_t stop = node_list.find_first_of(",-]", end + 1);
  if (close == std::string::npos || stop == end + 1) {
    throw fault();
  }
  // What may stand behind the brackets, as in rack[1-2]node, belongs to every name.
  const size_t next = node_list.find_first_of(",[", close);
  if (next != std::string::npos && node_list[next] == '[') {
    throw fault();
  }
  const size_t rest = next == std::string::npos ? node_list.size() : next;
  return name + node_list.substr(end + 1, stop - end - 1) +
         node_list.substr(close + 1, rest - close - 1);
}

Launch launch_of_environment() {
  const Rank rank = rank_of_launcher();
  Launch launch;
  if (rank.count == 1) {
    return launch;
  }
  launch.rank = rank.index;
  launch.count = rank.count;
  launch.launcher = rank.launcher;
  launch.local_rank = rank.local.value_or(0);
  launch.port = kDefaultPort;
  if (rank.launcher == "Slurm") {
    const std::string nodes = environment("SLURM_STEP_NODELIST").empty()
                                  ? environment("SLURM_JOB_NODELIST")
                                  : environment("SLURM_STEP_NODELIST");
    if (environment("MASTER_ADDR").empty() && !nodes.empty()) {
      launch.host = first_host(nodes);
    }
    launch.port = port_of_job(environment("SLURM_JOB_ID"));
  }
  if (!environment("MASTER_ADDR").empty()) {
    launch.host = environment("MASTER_ADDR");
  } else if (rank.launcher == "Open MPI" || rank.launcher == "MPI") {
    need_address(rank);
  }
  launch.port = port_of_environment(launch.port);
  launch.interface = environment("SOTTO_INTERFACE").empty() ? environment("GLOO_SOCKET_IFNAME")
                                                            : environment("SOTTO_INTERFACE");
  if (rank.launcher == "torchrun") {
    launch.has_store = environment("TORCHELASTIC_USE_AGENT_STORE") == "True";
    launch.attempt = environment("TORCHELASTIC_RESTART_COUNT");
  }
  return launch;
}

}  // namespace sotto::experiments
