#pragma once

#include <cstdint>
#include <string>

namespace sotto::experiments {

/// How a run stands: RUN/state.json. Nothing in it is needed to go on.
struct RunState {
  std::string state;     ///< running, finished or stopped; empty: nobody said
  std::string reason;    ///< why it stopped; may be empty
  double began_s = 0;    ///< when it first began, seconds since 1970
  double changed_s = 0;  ///< when this was written
  double taken_s = 0;    ///< of work, without the time between a stop and a resume
  int64_t steps = 0;     ///< that the whole run will take; 0: not known
  std::string host;
  int64_t process = 0;
};

/// Of this machine; empty: it has none.
std::string host_name();

/// Of a folder without the file, or with one that cannot be read, an empty one.
RunState read_run_state(const std::string& run);
void write_run_state(const std::string& run, const RunState& state);

/// The state as a person sees it: a run whose process is gone from this machine was killed.
RunState seen_from_here(RunState state);

}  // namespace sotto::experiments
