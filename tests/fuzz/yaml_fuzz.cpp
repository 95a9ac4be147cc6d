// Recipes: text, then, behind a zero byte, one override a line. Options that were read are written
// as YAML that reads back to the same.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "common/error.h"
#include "tests/fuzz/every_option.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const size_t zero = input.find('\0');
  std::vector<std::string> overrides;
  if (zero != std::string::npos) {
    std::istringstream lines(input.substr(zero + 1));
    for (std::string line; std::getline(lines, line);) {
      overrides.push_back(line);
    }
  }
  sotto::EveryOption options;
  try {
    sotto::read_yaml(input.substr(0, zero), "fuzz.yaml", overrides, options);
  } catch (const sotto::Error&) {
    return 0;
  }
  const std::string once = sotto::write_yaml(options);
  sotto::EveryOption again;
  sotto::read_yaml(once, "written.yaml", {}, again);
  if (sotto::write_yaml(again) != once) {
    std::abort();
  }
  return 0;
}
