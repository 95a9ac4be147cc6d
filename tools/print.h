#pragma once

#include <iostream>
#include <string>

#include "tools/run.h"

namespace sotto::tools {

/// Ends the writing to standard output. @return the exit code: it may be closed or full.
inline int printed() {
  std::cout << std::flush;
  if (!std::cout) {
    std::cerr << "sotto: standard output: cannot write" << std::endl;
    return kInputFailed;
  }
  return kDone;
}

inline int print(const std::string& text) {
  std::cout << text;
  return printed();
}

}  // namespace sotto::tools
