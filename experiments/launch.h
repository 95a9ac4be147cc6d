#pragma once

#include <cstdint>
#include <string>

#include "common/launcher.h"

namespace sotto::experiments {

/// Which of the processes that train one model this is, and where they meet.
struct Launch {
  int64_t rank = 0;
  int64_t count = 1;
  int64_t local_rank = 0;  ///< among those of this machine: which GPU is its own
  std::string host = "127.0.0.1";  ///< where the first process listens
  int64_t port = 29500;
  std::string launcher;   ///< who said so, for messages; empty: nobody, it is alone
  std::string interface;  ///< of the network; empty: the one that reaches `host`
  bool has_store = false;  ///< torchrun itself listens at host and port
  std::string attempt;     ///< tells the meetings at one place apart

  bool alone() const { return count == 1; }
};

/// What the environment says: torchrun or anybody else who sets RANK, WORLD_SIZE, LOCAL_RANK,
/// MASTER_ADDR and MASTER_PORT; Open MPI; MPICH or Intel MPI; Slurm within a step. Where the
/// launcher does not say where to meet, MASTER_ADDR and MASTER_PORT may; without them Slurm's first
/// host and a port made of the job's number, else this machine. SOTTO_INTERFACE or
/// GLOO_SOCKET_IFNAME name a network interface.
/// @throws ConfigError for variables that are half there or make no sense.
Launch launch_of_environment();

/// "gpu[01-03,07],cpu1" -> "gpu01". @throws ConfigError.
std::string first_host(const std::string& node_list);

}  // namespace sotto::experiments
