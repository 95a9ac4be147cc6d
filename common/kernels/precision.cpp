#include "common/kernels/precision.h"

#include <algorithm>

#include "common/error.h"

namespace sotto {

const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> names = {"fp32", "bf16", "int8", "auto"};
  return names;
}

std::string name_of(Precision precision) {
  return precision_names()[static_cast<size_t>(precision)];
}

bool processor_has(Precision precision) {
#if defined(__x86_64__)
  switch (precision) {
    case Precision::kBfloat16:
      return __builtin_cpu_supports("avx512bf16") != 0;
    case Precision::kInt8:
      return __builtin_cpu_supports("avx512vnni") != 0;
    case Precision::kFloat32:
      break;
  }
#endif
  return precision == Precision::kFloat32;
}

Precision precision_of(const std::string& name) {
  if (name == "auto") {
    return processor_has(Precision::kBfloat16) ? Precision::kBfloat16 : Precision::kFloat32;
  }
  const auto found = std::find(precision_names().begin(), precision_names().end(), name);
  if (found == precision_names().end()) {
    throw ConfigError("precision: expected fp32, bf16, int8 or auto, got '" + name + "'");
  }
  const auto precision = static_cast<Precision>(found - precision_names().begin());
  if (!processor_has(precision)) {
    throw ConfigError(
        "precision: this processor has no instructions for " + name + " (" +
        (precision == Precision::kInt8 ? "AVX-512 VNNI" : "AVX-512 BF16") +
        "); use fp32, or auto to take what it has");
  }
  return precision;
}

}  // namespace sotto
