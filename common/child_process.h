#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace sotto {

/// How a program is started.
struct ChildOptions {
  bool capture = false;  ///< keep what it prints
  bool errors_too = false;  ///< with `capture`: and what it says on standard error
  size_t keep = 0;          ///< the last bytes of it that are kept; 0: all
  /// It shall not take itself for one of several processes, even if this one is.
  bool without_launcher = false;
  std::vector<std::string> environment = {};  ///< NAME=VALUE on top of this process'
};

/// A program that runs beside this one, in a process group of its own: who interrupts this process
/// has the signal passed on, once, by `wait`. When this process dies it is terminated.
class ChildProcess {
 public:
  /// @param words  path of the program and its arguments.
  /// @throws DataError if it cannot be started.
  ChildProcess(const std::vector<std::string>& words, const ChildOptions& options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits for its end. @return its exit code; 128 + the signal that ended it.
  int wait();
  /// Waits that long at most, and passes nothing on. @return its exit code once it has ended.
  std::optional<int> wait_for(int timeout_ms);
  /// Nothing once it has ended.
  void send(int signal) const;
  /// What it printed, with options.capture.
  const std::string& output() const { return output_; }

 private:
  void read_some(int timeout_ms);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::optional<int> code_;  ///< once it has ended
  size_t keep_;
  std::string output_;
};

/// The path of the program that runs.
std::string own_path();

}  // namespace sotto
