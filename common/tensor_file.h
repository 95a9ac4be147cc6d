#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "common/safetensors.h"

namespace sotto {

using TensorMap = std::map<std::string, at::Tensor>;

/// The safetensors name of a type, "F32" and so on. @throws CheckpointError if it has none.
std::string tensor_type_name(at::ScalarType type);

/// A tensor over the mapped bytes of one entry, without a copy; it keeps the file alive. Unaligned
/// data is copied. Writing to it changes this process's copy of a page, never the file.
at::Tensor to_tensor(const SafetensorsFile& file, const std::string& name);

/// Every tensor of a safetensors file, mapped.
TensorMap read_tensors(const std::string& path);

/// Writes tensors (any device; made contiguous) whole or not at all.
void write_tensors(
    const std::string& path,
    const TensorMap& tensors,
    const std::map<std::string, std::string>& metadata);

/// The checksum of the tensor bytes that `write_tensors` puts into a file.
std::string tensors_checksum(const TensorMap& tensors);

}  // namespace sotto
