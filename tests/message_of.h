#pragma once

#include <functional>
#include <string>

#include "common/error.h"

namespace sotto::tests {

/// What the action's error, which is a Fault, says; empty if it throws none.
template <typename Fault = Error>
std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Fault& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace sotto::tests
