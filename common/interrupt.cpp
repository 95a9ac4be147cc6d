#include "common/interrupt.h"

#include <csignal>

#include <atomic>

#include "common/error.h"

namespace sotto {
namespace {

// The one mutable global of sotto: a signal handler can reach nothing else.
std::atomic<int> pending_signal{0};

void remember(int signal) {
  pending_signal.store(signal);
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

int interrupt_signal() { return pending_signal.load(); }

void forget_interrupt() { pending_signal.store(0); }

void throw_if_interrupted(const char* hint) {
  const int signal = interrupt_signal();
  if (signal != 0) {
    throw Interrupted(signal, std::string("stopped before the end; ") + hint);
  }
}

}  // namespace sotto
