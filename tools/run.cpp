#include "tools/run.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>

#include <ATen/Parallel.h>
#include <omp.h>
#include <sched.h>

#include "common/compat.h"
#include "common/error.h"
#include "experiments/processes.h"

namespace sotto::tools {
namespace {

/// ATen's own default differs between releases, and is 1 on some machines: always set it.
void set_threads(int64_t wanted) {
  const char* environment = std::getenv("OMP_NUM_THREADS");
  if (wanted == 0 && environment != nullptr) {
    wanted = std::atoi(environment);
  }
  // Above OMP_THREAD_LIMIT oneDNN would wait for threads that never start.
  const int threads = wanted > 0 ? static_cast<int>(wanted) : usable_cores();
  at::set_num_threads(std::min(threads, omp_get_thread_limit()));
}

int report(const std::string& message, ExitCode code) {
  std::cout.flush();
  std::cerr << "sotto: " << message << std::endl;
  return code;
}

int run_and_explain(const std::function<int()>& body) {
  try {
    return body();
  } catch (const ConfigError& fault) {
    return report(fault.what(), kUsage);
  } catch (const Interrupted& stop) {
    return report(stop.what(), stop.signal() == SIGINT ? kCancelled : kStopped);
  } catch (const experiments::ProcessLost& lost) {
    return report(lost.what(), kStopped);
  } catch (const Error& fault) {
    return report(fault.what(), kInputFailed);
  } catch (const std::filesystem::filesystem_error& fault) {
    return report(fault.path1().string() + ": " + fault.code().message(), kInputFailed);
  } catch (const std::exception& fault) {
    return report(internal_error(fault), kInternal);
  } catch (...) {
    return report("internal error", kInternal);
  }
}

}  // namespace

std::string internal_error(const std::exception& fault) {
  if (dynamic_cast<const std::bad_alloc*>(&fault) != nullptr) {
    return "internal error: out of memory";
  }
  const std::string text = fault.what();
  return "internal error: " + text.substr(0, text.find('\n'));
}

int usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

int run(const Request& request, const std::function<int()>& body) {
  static SilentTorchWarnings silence;
  set_torch_warning_handler(&silence);
  set_threads(request.threads);
  const int code = run_and_explain(body);
  std::cout.flush();
  if (code == kDone && !std::cout) {
    return report("standard output: cannot write", kInputFailed);
  }
  return code;
}

}  // namespace sotto::tools
