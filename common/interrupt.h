#pragma once

namespace sotto {

/// Turns SIGINT and SIGTERM into a flag that long jobs look at between two units of work. A second
/// signal of the same kind ends the process at once.
void catch_interrupts();

/// The signal that asked to stop, or 0.
int interrupt_signal();

/// Takes a signal as dealt with, for programs that go on after a job was stopped.
void forget_interrupt();

/// Throws Interrupted when a signal asked to stop; `hint` says how to continue.
void throw_if_interrupted(const char* hint);

}  // namespace sotto
