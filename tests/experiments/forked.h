#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "common/files.h"
#include "experiments/processes.h"
#include "tests/common/temporary_folder.h"

namespace sotto::tests {

/// Tests that train on the CPU together; skipped where sotto was built without Gloo, as against
/// PyTorch's wheels.
class TogetherTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!experiments::Processes::have_gloo()) {
      GTEST_SKIP() << "built without Gloo";
    }
  }
};

inline int64_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(socket, plain, size), 0);
  EXPECT_EQ(::getsockname(socket, plain, &size), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// What processes that train together did: by rank.
struct Forked {
  std::vector<int> codes;                   ///< exit codes; 128 + the signal
  std::vector<std::vector<double>> values;  ///< what `body` gave back
  std::vector<std::string> errors;          ///< what it threw
};

/// Runs `body` in `count` new processes that know each other. All that uses LibTorch's threads has to
/// be done in there: a process that has them cannot be forked.
inline Forked in_processes(
    int64_t count,
    const std::function<std::vector<double>(std::shared_ptr<experiments::Processes>)>& body) {
  const TemporaryFolder folder;
  const int64_t port = free_port();
  std::vector<pid_t> children;
  for (int64_t rank = 0; rank < count; ++rank) {
    const pid_t child = ::fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    ::alarm(100);
    at::set_num_threads(1);
    int code = 0;
    const std::string name = folder / std::to_string(rank);
    try {
      experiments::Launch launch;
      launch.rank = rank;
      launch.count = count;
      launch.port = port;
      const std::vector<double> values = body(experiments::Processes::join(launch));
      write_file(
          name, std::string(
                    reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)));
    } catch (const experiments::ProcessLost& lost) {
      write_file(name + ".error", lost.what());
      code = 75;
    } catch (const std::exception& fault) {
      write_file(name + ".error", fault.what());
      code = 70;
    }
    ::_exit(code);
  }
  Forked result;
  for (int64_t rank = 0; rank < count; ++rank) {
    int status = 0;
    ::waitpid(children[static_cast<size_t>(rank)], &status, 0);
    result.codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    result.values.emplace_back();
    result.errors.emplace_back();
    const std::string name = folder / std::to_string(rank);
    if (::access(name.c_str(), R_OK) == 0) {
      const std::string bytes = read_file(name);
      const auto* begin = reinterpret_cast<const double*>(bytes.data());
      result.values.back().assign(begin, begin + bytes.size() / sizeof(double));
    }
    if (::access((name + ".error").c_str(), R_OK) == 0) {
      result.errors.back() = read_file(name + ".error");
    }
  }
  return result;
}

/// Appends all elements of a tensor.
inline void append(std::vector<double>& values, const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().to(at::kCPU, at::kDouble).contiguous().flatten();
  values.insert(
      values.end(), flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
}

}  // namespace sotto::tests
