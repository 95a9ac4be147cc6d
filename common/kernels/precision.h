#pragma once

#include <string>
#include <vector>

namespace sotto {

/// In what numbers the weights of a network are kept and multiplied when it is only run. Whatever
/// lies between two products stays float32.
enum class Precision {
  kFloat32,
  kBfloat16,  ///< weights and inputs of products rounded to 8 significant bits
  kInt8,      ///< weights in 8 bits a value and a scale an output, inputs in 8 bits and a scale a row
};

/// "fp32", "bf16", "int8", "auto".
const std::vector<std::string>& precision_names();
std::string name_of(Precision precision);

/// Whether this processor has instructions for it (AVX-512 BF16, AVX-512 VNNI); fp32: always.
bool processor_has(Precision precision);

/// "auto": the fastest of bf16 and fp32 that the processor has instructions for. int8 changes more
/// readings than the others do and has to be asked for.
/// @throws ConfigError for another name, and for one that this processor would be slower with.
Precision precision_of(const std::string& name);

}  // namespace sotto
