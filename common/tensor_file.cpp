#include "common/tensor_file.h"

#include <ATen/ATen.h>

#include "common/error.h"

namespace sotto {
namespace {

const std::map<std::string, at::ScalarType>& scalar_types() {
  static const std::map<std::string, at::ScalarType> types = {
      {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16},
      {"I64", at::kLong},   {"I32", at::kInt},   {"I16", at::kShort}, {"I8", at::kChar},
      {"U8", at::kByte},    {"BOOL", at::kBool}};
  return types;
}

/// Entries over the bytes of `tensors`, which `held` keeps contiguous and on the host.
std::map<std::string, SafetensorsEntry> entries_of(const TensorMap& tensors, TensorMap& held) {
  std::map<std::string, SafetensorsEntry> entries;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor ready = tensor.detach().to(at::kCPU).contiguous();
    held[name] = ready;
    SafetensorsEntry entry;
    entry.type = tensor_type_name(ready.scalar_type());
    entry.shape = ready.sizes().vec();
    entry.data = static_cast<const uint8_t*>(ready.data_ptr());
    entry.bytes = ready.nbytes();
    entries[name] = entry;
  }
  return entries;
}

}  // namespace

std::string tensor_type_name(at::ScalarType type) {
  for (const auto& [name, scalar] : scalar_types()) {
    if (scalar == type) {
      return name;
    }
  }
  throw CheckpointError(std::string("a tensor of type ") + at::toString(type) + " cannot be stored");
}

at::Tensor to_tensor(const SafetensorsFile& file, const std::string& name) {
  const auto found = file.entries().find(name);
  if (found == file.entries().end()) {
    throw CheckpointError(file.mapped()->path() + ": expected a tensor " + name + ", found none");
  }
  const SafetensorsEntry& entry = found->second;
  const auto options = at::TensorOptions().dtype(scalar_types().at(entry.type));
  if (entry.bytes == 0) {
    return at::empty(entry.shape, options);
  }
  auto* data = const_cast<uint8_t*>(entry.data);  // the map is private
  if (reinterpret_cast<uintptr_t>(data) % safetensors_type_size(entry.type) != 0) {
    at::Tensor copy = at::empty(entry.shape, options);
    std::copy_n(entry.data, entry.bytes, static_cast<uint8_t*>(copy.data_ptr()));
    return copy;
  }
  return at::from_blob(data, entry.shape, [held = file.mapped()](void*) {}, options);
}

TensorMap read_tensors(const std::string& path) {
  const SafetensorsFile file(path);
  TensorMap tensors;
  for (const auto& entry : file.entries()) {
    tensors[entry.first] = to_tensor(file, entry.first);
  }
  return tensors;
}

void write_tensors(
    const std::string& path,
    const TensorMap& tensors,
    const std::map<std::string, std::string>& metadata) {
  TensorMap held;
  write_safetensors(path, entries_of(tensors, held), metadata);
}

std::string tensors_checksum(const TensorMap& tensors) {
  TensorMap held;
  return safetensors_checksum(entries_of(tensors, held));
}

}  // namespace sotto
