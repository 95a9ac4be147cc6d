#pragma once

#include <cstdlib>

namespace sotto::tests {

/// True where NIST's scoring programs are installed (Debian's package sctk).
inline bool has_sctk() {
  static const bool found = std::system("command -v sctk >/dev/null 2>&1") == 0;
  return found;
}

}  // namespace sotto::tests
