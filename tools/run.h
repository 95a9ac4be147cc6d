#pragma once

#include <exception>
#include <functional>
#include <string>

#include "tools/requests.h"

namespace sotto::tools {

/// Exit codes of the program.
enum ExitCode {
  kDone = 0,
  kInputFailed = 1,
  kUsage = 2,
  kInternal = 70,
  kStopped = 75,  ///< SIGTERM; the same command continues
  kCancelled = 130,
};

/// Runs a command's body inside the core: sets the threads, turns what it throws into one line on
/// stderr and an exit code, and sees that standard output was written.
///
///     extern "C" int sotto_run_info(const sotto::tools::InfoRequest* request) {
///       return sotto::tools::run(*request, [&] { ...; return sotto::tools::kDone; });
///     }
///
/// @param body  returns the exit code. ConfigError gives 2, Interrupted 130 (SIGINT) or 75, ProcessLost 75, another
///              sotto::Error and a refusal of the file system 1, anything else 70.
int run(const Request& request, const std::function<int()>& body);

/// What is said of a fault of sotto's own: "internal error: " and its first line.
std::string internal_error(const std::exception& fault);

/// Cores that this process may run on.
int usable_cores();

}  // namespace sotto::tools
