#pragma once

#include <cstdint>

namespace sotto {

/// From now on, tensors on the host of 2 MiB and more lie in blocks that are kept when they are
/// freed and taken again, on huge pages where the system gives them. A training step asks for the
/// same gigabytes at every step; from the system they come as zeroed pages of 4 KiB, one fault
/// each.
///
/// Kept is at most what was in use at once, and a half more; LargeBlocks::release gives it back.
void keep_large_blocks();

struct LargeBlocks {
  int64_t in_use = 0;  ///< bytes
  int64_t kept = 0;    ///< bytes, free to be taken
  int64_t peak = 0;    ///< of in_use
  static LargeBlocks now();
  /// Gives all free blocks back to the system.
  static void release();
};

}  // namespace sotto
