#pragma once

#include <iostream>
#include <string>

#include "tools/run.h"

namespace sotto::tools {

/// Writes to standard output. @return the exit code: it may be closed or full.
inline int print(const std::string& text) {
  std::cout << text << std::flush;
  return std::cout ? kDone : kInputFailed;
}

}  // namespace sotto::tools
