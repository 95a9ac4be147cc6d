#pragma once

#include <cstdint>
#include <string>

namespace sotto::experiments {

/// The address of this machine from which packets to `host` leave, as a number: 127.0.0.1 for this
/// machine itself; empty if the host is unknown or out of reach. Nothing is sent.
std::string address_towards(const std::string& host, int64_t port);

/// Whether only this machine can be reached by an address.
bool is_loopback(const std::string& address);

/// What a process is called to find out from another on the same machine whether it still runs.
std::string own_process();
/// Whether a process of such a name is known to have ended; false for those of other machines.
bool has_ended(const std::string& process);

}  // namespace sotto::experiments
