#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/safetensors.h"

namespace sotto {

using TensorMap = std::map<std::string, at::Tensor>;

/// The type of a safetensors name, "F32" and so on; nothing for a name that is none.
std::optional<at::ScalarType> tensor_type(const std::string& name);

/// "(3, 4)", for people.
std::string shape_text(at::IntArrayRef shape);

/// The bytes of a contiguous tensor on the host, which has to outlive the entry.
/// @throws CheckpointError for a type that files do not have.
SafetensorsEntry entry_of(const at::Tensor& tensor);

/// A tensor over bytes of a mapped file, which it keeps alive; a copy where they are not aligned.
at::Tensor mapped_tensor(
    const std::shared_ptr<MappedFile>& file,
    const uint8_t* data,
    const std::vector<int64_t>& shape,
    at::ScalarType type);

/// `mapped_tensor` of one entry. Writing to it changes this process's copy of a page, never the file.
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
