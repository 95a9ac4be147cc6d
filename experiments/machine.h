#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sotto::experiments {

/// What this process computes with, for people and for benchmarks: processor, vector level, which
/// precisions it has instructions for, threads, BLAS and its kernels, LibTorch, oneDNN, and the
/// environment variables that change speed. In order of display.
std::vector<std::pair<std::string, std::string>> describe_machine();

/// The same as aligned lines, and as JSON.
std::string machine_text();
nlohmann::ordered_json machine_json();

/// What this process has in memory now.
double resident_mib();

}  // namespace sotto::experiments
