#include "experiments/machine.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <cstdlib>
#include <fstream>

#include <dlfcn.h>

#include <nlohmann/json.hpp>

#include "common/kernels/precision.h"
#include "common/kernels/packed_matrix.h"
#include "common/kernels/vector.h"

namespace sotto::experiments {
namespace {

/// The value behind the first line of `path` that begins with `key`.
std::string value_in(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) == 0) {
      const size_t start = line.find_first_not_of(" \t:", key.size());
      return start == std::string::npos ? "" : line.substr(start);
    }
  }
  return "unknown";
}

std::string blas() {
  std::string name = "unknown";
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t path = line.find('/');
    if (path != std::string::npos && (line.find("libblas.so") != std::string::npos ||
                                      line.find("libopenblas") != std::string::npos)) {
      name = line.substr(path);
      break;
    }
  }
  using Text = char* (*)();
  if (const auto core = reinterpret_cast<Text>(::dlsym(RTLD_DEFAULT, "openblas_get_corename"))) {
    name += std::string(", kernels ") + core();
  }
  return name;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
  std::vector<std::pair<std::string, std::string>> lines = {
      {"processor", value_in("/proc/cpuinfo", "model name")},
      {"vectors", vector_kernels().name},
      {"bf16", processor_has(Precision::kBfloat16) ? "yes" : "no"},
      {"int8", processor_has(Precision::kInt8) ? "yes" : "no"},
      {"threads", std::to_string(at::get_num_threads())},
      {"memory", value_in("/proc/meminfo", "MemTotal")},
      {"BLAS", blas()},
      {"oneDNN", onednn_version()},
      {"LibTorch", TORCH_VERSION}};
  for (const char* name :
       {"OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OMP_WAIT_POLICY",
        "GOMP_SPINCOUNT"}) {
    const char* value = std::getenv(name);
    lines.emplace_back(name, value == nullptr ? "unset" : value);
  }
  return lines;
}

double resident_mib() {
  return std::strtod(value_in("/proc/self/status", "VmRSS").c_str(), nullptr) / 1024;
}

std::string machine_text() {
  std::string text;
  for (const auto& [key, value] : describe_machine()) {
    text += key + std::string(22 - key.size(), ' ') + value + "\n";
  }
  return text;
}

nlohmann::ordered_json machine_json() {
  nlohmann::ordered_json machine = nlohmann::ordered_json::object();
  for (const auto& [key, value] : describe_machine()) {
    machine[key] = value;
  }
  return machine;
}

}  // namespace sotto::experiments
