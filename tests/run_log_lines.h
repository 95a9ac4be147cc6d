#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/files.h"

namespace sotto::tests {

/// A run's log without times and rates, which no two runs share.
inline std::vector<nlohmann::json> whole_log(const std::string& run) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(run + "/log.jsonl");
  for (std::string line; std::getline(file, line);) {
    lines.push_back(nlohmann::json::parse(line));
    for (const char* key : {"time", "frames_per_s", "wait_share"}) {
      lines.back().erase(key);
    }
  }
  return lines;
}

/// Its lines of a kind: "train" or "validation".
inline std::vector<nlohmann::json> log_lines(const std::string& run, const std::string& kind) {
  std::vector<nlohmann::json> lines;
  for (const nlohmann::json& line : whole_log(run)) {
    if (line.at("kind") == kind) {
      lines.push_back(line);
    }
  }
  return lines;
}

inline void expect_equal_runs(const std::string& one, const std::string& other) {
  EXPECT_EQ(whole_log(one), whole_log(other));
  for (const char* name : {"last.safetensors", "best.safetensors", "checkpoints/last.safetensors"}) {
    EXPECT_EQ(read_file(one + "/" + name), read_file(other + "/" + name)) << name;
  }
}

}  // namespace sotto::tests
