#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>

namespace sotto {

/// While one of these lives, this thread's random fillings of new tensors do nothing. A network that
/// is about to get its weights from a file need not draw them first: a quarter of a billion of them
/// take seconds, and drawing them would make the memory resident.
class SkipInitialisation {
 public:
  // Defined beside the kernels that it switches on: a linker that takes one takes the other.
  SkipInitialisation();
  SkipInitialisation(const SkipInitialisation&) = delete;
  SkipInitialisation& operator=(const SkipInitialisation&) = delete;

 private:
  // The key exists for modes of a whole program part; nothing else in this program uses it.
  c10::impl::IncludeDispatchKeyGuard guard_;
};

}  // namespace sotto
