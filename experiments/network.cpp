#include "experiments/network.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <memory>

namespace sotto::experiments {
namespace {

/// Process numbers mean something within one name space of one machine.
std::string process_space() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::array<char, 64> space{};
  if (::readlink("/proc/self/ns/pid", space.data(), space.size() - 1) < 0) {
    space[0] = '\0';
  }
  return std::string(host.data()) + "/" + space.data();
}

/// Whether it has ended and waits for its parent to look.
bool is_zombie(int64_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const size_t name_end = text.rfind(')');
  return name_end != std::string::npos && text.size() > name_end + 2 && text[name_end + 2] == 'Z';
}

}  // namespace

std::string address_towards(const std::string& host, int64_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return "";
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int socket = ::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      continue;
    }
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    std::array<char, NI_MAXHOST> text{};
    const bool known =
        ::connect(socket, one->ai_addr, one->ai_addrlen) == 0 &&
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        ::getnameinfo(
            reinterpret_cast<sockaddr*>(&own), size, text.data(), text.size(), nullptr, 0,
            NI_NUMERICHOST) == 0;
    ::close(socket);
    if (known) {
      return text.data();
    }
  }
  return "";
}

bool is_loopback(const std::string& address) {
  return address.rfind("127.", 0) == 0 || address == "::1";
}

std::string own_process() { return process_space() + " " + std::to_string(::getpid()); }

bool has_ended(const std::string& process) {
  const size_t space = process.rfind(' ');
  if (space == std::string::npos || process.substr(0, space) != process_space()) {
    return false;
  }
  const int64_t number = std::stoll(process.substr(space + 1));
  return (::kill(static_cast<pid_t>(number), 0) != 0 && errno == ESRCH) || is_zombie(number);
}

}  // namespace sotto::experiments
