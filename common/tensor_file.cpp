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
    held[name] = tensor.detach().to(at::kCPU).contiguous();
    entries[name] = entry_of(held[name]);
  }
  return entries;
}

}  // namespace

std::optional<at::ScalarType> tensor_type(const std::string& name) {
  const auto found = scalar_types().find(name);
  return found == scalar_types().end() ? std::nullopt : std::optional(found->second);
}

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "(";
  for (const int64_t size : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  }
  return text + ")";
}

SafetensorsEntry entry_of(const at::Tensor& tensor) {
  SafetensorsEntry entry;
  for (const auto& [name, scalar] : scalar_types()) {
    if (scalar == tensor.scalar_type()) {
      entry.type = name;
    }
  }
  if (entry.type.empty()) {
    throw CheckpointError(
        std::string("a tensor of type ") + at::toString(tensor.scalar_type()) +
        " cannot be stored");
  }
  entry.shape = tensor.sizes().vec();
  entry.data = static_cast<const uint8_t*>(tensor.data_ptr());
  entry.bytes = tensor.nbytes();
  return entry;
}

at::Tensor mapped_tensor(
    const std::shared_ptr<MappedFile>& file,
    const uint8_t* data,
    const std::vector<int64_t>& shape,
    at::ScalarType type) {
  const auto options = at::TensorOptions().dtype(type);
  if (c10::multiply_integers(shape) == 0) {
    return at::empty(shape, options);
  }
  if (reinterpret_cast<uintptr_t>(data) % c10::elementSize(type) != 0) {
    const at::Tensor copy = at::empty(shape, options);
    std::copy_n(data, copy.nbytes(), static_cast<uint8_t*>(copy.data_ptr()));
    return copy;
  }
  // from_blob takes no const; the map is private, whatever is written to it.
  return at::from_blob(const_cast<uint8_t*>(data), shape, [file](void*) {}, options);
}

at::Tensor to_tensor(const SafetensorsFile& file, const std::string& name) {
  const auto found = file.entries().find(name);
  if (found == file.entries().end()) {
    throw CheckpointError(file.mapped()->path() + ": expected a tensor " + name + ", found none");
  }
  const SafetensorsEntry& entry = found->second;
  return mapped_tensor(file.mapped(), entry.data, entry.shape, *tensor_type(entry.type));
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
