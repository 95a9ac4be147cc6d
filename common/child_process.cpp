#include "common/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "common/error.h"
#include "common/interrupt.h"

extern char** environ;

namespace sotto {
namespace {

using Strings = std::vector<std::string>;

/// Variables by which launchers number processes; see common/launcher.h.
constexpr const char* kLauncherPrefixes[] = {
    "RANK=", "WORLD_SIZE=", "LOCAL_RANK=", "OMPI_COMM_WORLD_", "PMI_", "SLURM_PROCID=",
    "SLURM_STEP_ID="};

Strings environment_of(const ChildOptions& options) {
  Strings variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    bool kept = true;
    for (const char* prefix : kLauncherPrefixes) {
      kept = kept && !(options.without_launcher &&
                       std::strncmp(*variable, prefix, std::strlen(prefix)) == 0);
    }
    for (const std::string& own : options.environment) {
      kept = kept && std::strncmp(*variable, own.c_str(), own.find('=') + 1) != 0;
    }
    if (kept) {
      variables.emplace_back(*variable);
    }
  }
  variables.insert(variables.end(), options.environment.begin(), options.environment.end());
  return variables;
}

std::vector<char*> pointers(Strings& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

}  // namespace

ChildProcess::ChildProcess(const Strings& words, const ChildOptions& options)
    : keep_(options.keep) {
  Strings arguments = words;
  Strings variables = environment_of(options);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(variables);
  int ends[2] = {-1, -1};
  if (options.capture && ::pipe2(ends, O_CLOEXEC) != 0) {
    throw DataError(words.front() + ": no pipe to it: " + std::strerror(errno));
  }
  pid_ = ::fork();
  if (pid_ < 0) {
    throw DataError(words.front() + ": could not be started: " + std::strerror(errno));
  }
  if (pid_ == 0) {  // only calls that are safe between fork and exec
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (options.capture) {
      ::dup2(ends[1], STDOUT_FILENO);
      if (options.errors_too) {
        ::dup2(ends[1], STDERR_FILENO);
      }
    }
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  if (options.capture) {
    ::close(ends[1]);
    pipe_ = ends[0];
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  if (pipe_ >= 0) {
    ::close(pipe_);
  }
}

void ChildProcess::read_some(int timeout_ms) {
  if (pipe_ < 0) {
    ::poll(nullptr, 0, timeout_ms);
    return;
  }
  pollfd ready{pipe_, POLLIN, 0};
  if (::poll(&ready, 1, timeout_ms) <= 0) {
    return;
  }
  char buffer[4096];
  const ssize_t count = ::read(pipe_, buffer, sizeof buffer);
  if (count > 0) {
    output_.append(buffer, static_cast<size_t>(count));
    if (keep_ > 0 && output_.size() > 2 * keep_) {
      output_.erase(0, output_.size() - keep_);
    }
  } else if (count == 0) {
    ::close(pipe_);
    pipe_ = -1;
  }
}

std::optional<int> ChildProcess::wait_for(int timeout_ms) {
  if (code_) {
    return code_;
  }
  read_some(timeout_ms);
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) {
    return std::nullopt;
  }
  pid_ = -1;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pollfd ready{pipe_, POLLIN, 0};
  while (pipe_ >= 0 && ::poll(&ready, 1, 0) > 0) {  // no longer: another may hold the other end
    read_some(0);
  }
  return code_;
}

void ChildProcess::send(int signal) const {
  if (pid_ > 0) {
    ::kill(pid_, signal);
  }
}

int ChildProcess::wait() {
  catch_interrupts();
  bool passed_on = false;
  for (;;) {
    if (const auto code = wait_for(20)) {
      return *code;
    }
    const int signal = interrupt_signal();
    if (signal != 0 && !passed_on) {
      send(signal);
      passed_on = true;
    }
  }
}

std::string own_path() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

}  // namespace sotto
