#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::experiments {

/// Several processes of one program on this machine.
struct Spawn {
  int64_t count = 1;
  /// Path of the program and its arguments. Each process finds its rank in the environment as from
  /// torchrun, and SOTTO_SPAWNED.
  std::vector<std::string> words;
  int64_t threads = 0;   ///< of each process, unless OMP_NUM_THREADS says so; 0: nothing is said
  double patience_s = 15;  ///< for the others to end by themselves once one has failed
  double saving_s = 300;   ///< the same once all were asked to stop: a large checkpoint takes long
};

/// Whether this process is one of such.
bool is_spawned();

/// Runs them to their end. The first one speaks for all: of the others only the last lines of the one
/// that failed first are shown. SIGINT and SIGTERM are passed on to all; when one fails, the others
/// are ended.
/// @return 0 if all ended well, else the exit code of the first that failed; 75 if a signal killed
///         it, because training can go on.
/// @throws ConfigError if this process is one of several already.
int run_processes(const Spawn& spawn);

}  // namespace sotto::experiments
