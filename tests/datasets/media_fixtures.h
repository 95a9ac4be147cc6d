#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "common/files.h"

namespace sotto::datasets {

/// The two GRID clips that come with the tests.
inline std::string test_corpus() {
  return std::string(SOTTO_SOURCE_DIR) + "/tests/data/grid";
}
inline std::string test_clip() {
  return test_corpus() + "/s1/bbaf2n.mp4";
}

/// One of the shared clips; empty where they are missing.
inline std::string shared_clip(const std::string& name) {
  const std::string path = std::string(SOTTO_SHARED_DIR) + "/data/clips/" + name;
  return std::filesystem::exists(path) ? path : "";
}

/// Writes `text` to `path` and makes the folders above it.
inline void put(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace sotto::datasets
