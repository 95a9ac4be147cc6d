#include "experiments/spawn.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>

#include "common/child_process.h"
#include "common/error.h"
#include "common/interrupt.h"
#include "common/launcher.h"

namespace sotto::experiments {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStopped = 75;
constexpr size_t kLastBytes = 4096;

/// A port that nobody listens on now.
int64_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool found = socket >= 0 && ::bind(socket, plain, size) == 0 &&
                     ::getsockname(socket, plain, &size) == 0;
  ::close(socket);
  if (!found) {
    throw DataError("--processes: no free port on this machine");
  }
  return ntohs(address.sin_port);
}

std::vector<std::string> environment_of(const Spawn& spawn, int64_t rank, int64_t port) {
  std::vector<std::string> variables = {
      "SOTTO_SPAWNED=1",
      "RANK=" + std::to_string(rank),
      "LOCAL_RANK=" + std::to_string(rank),
      "WORLD_SIZE=" + std::to_string(spawn.count),
      "MASTER_ADDR=127.0.0.1",
      "MASTER_PORT=" + std::to_string(port)};
  if (spawn.threads > 0 && environment("OMP_NUM_THREADS").empty()) {
    variables.push_back("OMP_NUM_THREADS=" + std::to_string(spawn.threads));
  }
  return variables;
}

class Group {
 public:
  explicit Group(const Spawn& spawn) : spawn_(spawn) {
    const int64_t port = free_port();
    for (int64_t rank = 0; rank < spawn.count; ++rank) {
      ChildOptions options;
      options.capture = options.errors_too = rank > 0;
      options.keep = kLastBytes;
      options.environment = environment_of(spawn, rank, port);
      children_.push_back(std::make_unique<ChildProcess>(spawn.words, options));
    }
    codes_.resize(children_.size());
  }

  int run() {
    int passed_on = 0;
    while (look()) {
      if (const int signal = interrupt_signal(); signal != 0 && passed_on == 0) {
        passed_on = signal;
        send(signal);
      }
      const double waited_s = std::chrono::duration<double>(Clock::now() - failed_).count();
      if (passed_on != 0) {
        // Asked to already: a second signal would end the one that is saving.
        if (code_ != 0 && waited_s > spawn_.saving_s) {
          send(SIGKILL);
        }
      } else if (code_ != 0 && waited_s > spawn_.patience_s * (urged_ + 1) && urged_ < 2) {
        send(urged_++ == 0 ? SIGTERM : SIGKILL);
      }
    }
    return code_;
  }

 private:
  /// Looks after all for a moment. @return whether one still runs.
  bool look() {
    bool running = false;
    std::optional<size_t> failed;
    for (size_t rank = 0; rank < children_.size(); ++rank) {
      if (codes_[rank]) {
        continue;
      }
      codes_[rank] = children_[rank]->wait_for(10);
      running = running || !codes_[rank];
      // One that was left alone ends with kStopped: it is not the cause.
      if (codes_[rank].value_or(0) != 0 && (!failed || codes_[*failed] == kStopped)) {
        failed = rank;
      }
    }
    if (failed && code_ == 0) {
      fail(*failed, *codes_[*failed]);
    }
    return running;
  }

  void fail(size_t rank, int code) {
    failed_ = Clock::now();
    code_ = code > 128 && code != 130 ? kStopped : code;
    if (interrupt_signal() != 0) {
      return;  // as it was asked to
    }
    if (rank > 0) {
      std::cerr << children_[rank]->output();
    }
    std::cerr << "sotto: process " << rank << " of " << spawn_.count;
    if (code > 128) {
      std::cerr << " was ended by signal " << code - 128 << " (" << ::strsignal(code - 128) << ")";
    } else {
      std::cerr << " ended with exit code " << code;
    }
    std::cerr << "; the others are stopped" << std::endl;
  }

  void send(int signal) {
    for (const auto& child : children_) {
      child->send(signal);
    }
  }

  const Spawn& spawn_;
  std::vector<std::unique_ptr<ChildProcess>> children_;
  std::vector<std::optional<int>> codes_;  ///< of those that have ended
  int code_ = 0;
  int urged_ = 0;
  Clock::time_point failed_;
};

}  // namespace

bool is_spawned() { return !environment("SOTTO_SPAWNED").empty(); }

int run_processes(const Spawn& spawn) {
  const Rank rank = rank_of_launcher();
  if (rank.count > 1) {
    throw ConfigError(
        "--processes: this is one of " + std::to_string(rank.count) + " processes of " +
        rank.launcher + " already; leave --processes out");
  }
  catch_interrupts();
  return Group(spawn).run();
}

}  // namespace sotto::experiments
