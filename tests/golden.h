#pragma once

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"

namespace sotto::tests {

/// A section of the golden vectors; null where the fixtures are missing.
inline nlohmann::json golden_section(const std::string& key) {
  const std::string path = std::string(SOTTO_SHARED_DIR) + "/fixtures/golden/golden.json";
  try {
    return nlohmann::json::parse(read_file(path)).at(key);
  } catch (const DataError&) {
    return nullptr;
  }
}

}  // namespace sotto::tests
