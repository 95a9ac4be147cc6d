#include "experiments/peers/checkpoint_writer.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "common/error.h"
#include "experiments/peers/zip_writer.h"

namespace sotto::experiments {
namespace {

using Tensors = std::vector<std::pair<std::string, SafetensorsEntry>>;

const char* storage_class(const std::string& type) {
  static const std::map<std::string, const char*> classes = {
      {"F32", "FloatStorage"},
      {"F16", "HalfStorage"},
      {"BF16", "BFloat16Storage"},
      {"F64", "DoubleStorage"},
      {"I64", "LongStorage"},
      {"I32", "IntStorage"},
      {"I16", "ShortStorage"},
      {"I8", "CharStorage"},
      {"U8", "ByteStorage"},
      {"BOOL", "BoolStorage"}};
  const auto found = classes.find(type);
  return found == classes.end() ? nullptr : found->second;
}

/// Writes pickle opcodes (protocol 2), no more of them than a state dict takes.
class PickleWriter {
 public:
  PickleWriter() { code("\x80\x02"); }

  void code(std::string_view opcodes) { bytes_ += opcodes; }

  void global(std::string_view module, std::string_view name) {
    bytes_.append("c").append(module).append("\n").append(name).append("\n");
  }

  void text(std::string_view value) {
    code("X");
    number(static_cast<uint32_t>(value.size()));
    code(value);
  }

  void integer(int64_t value) {
    if (value == static_cast<int32_t>(value)) {
      code("J");
      number(static_cast<int32_t>(value));
    } else {
      code("\x8a\x08");
      number(value);
    }
  }

  void integers(const std::vector<int64_t>& values) {
    code("(");
    for (const int64_t value : values) {
      integer(value);
    }
    code("t");
  }

  void ordered_dict() {
    global("collections", "OrderedDict");
    code(")R");
  }

  const std::string& bytes() const { return bytes_; }

 private:
  template <class T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  std::string bytes_;
};

std::vector<int64_t> row_major_strides(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i > 1; --i) {
    strides[i - 2] = strides[i - 1] * std::max<int64_t>(shape[i - 1], 1);
  }
  return strides;
}

/// The number of elements, once type and size are known to be right.
int64_t checked_elements(
    const std::string& path, const std::string& name, const SafetensorsEntry& tensor) {
  size_t bytes = safetensors_type_size(tensor.type);
  if (bytes == 0 || storage_class(tensor.type) == nullptr) {
    throw CheckpointError(path + ": " + name + ": PyTorch has no storage of type " + tensor.type);
  }
  for (const int64_t size : tensor.shape) {
    bytes *= static_cast<size_t>(size);
  }
  if (bytes != tensor.bytes) {
    throw CheckpointError(path + ": " + name + ": its bytes do not fit its shape");
  }
  return static_cast<int64_t>(bytes / safetensors_type_size(tensor.type));
}

/// _rebuild_tensor_v2(storage `key`, 0, shape, strides, False, OrderedDict()).
void write_tensor(
    PickleWriter& pickle,
    const std::string& key,
    const SafetensorsEntry& tensor,
    int64_t elements) {
  pickle.global("torch._utils", "_rebuild_tensor_v2");
  pickle.code("((");
  pickle.text("storage");
  pickle.global("torch", storage_class(tensor.type));
  pickle.text(key);
  pickle.text("cpu");
  pickle.integer(elements);
  pickle.code("tQ");
  pickle.integer(0);
  pickle.integers(tensor.shape);
  pickle.integers(row_major_strides(tensor.shape));
  pickle.code("\x89");
  pickle.ordered_dict();
  pickle.code("tR");
}

std::string state_dict(const std::string& path, const Tensors& tensors) {
  PickleWriter pickle;
  pickle.ordered_dict();
  pickle.code("(");
  for (size_t i = 0; i < tensors.size(); ++i) {
    const auto& [name, tensor] = tensors[i];
    pickle.text(name);
    write_tensor(pickle, std::to_string(i), tensor, checked_elements(path, name, tensor));
  }
  pickle.code("u.");
  return pickle.bytes();
}

}  // namespace

void write_checkpoint_file(const std::string& path, const Tensors& tensors) {
  const std::string object = state_dict(path, tensors);
  ZipWriter zip(path);
  zip.add("archive/data.pkl", object);
  zip.add("archive/byteorder", "little");
  for (size_t i = 0; i < tensors.size(); ++i) {
    zip.add("archive/data/" + std::to_string(i), tensors[i].second.data, tensors[i].second.bytes);
  }
  zip.add("archive/version", "3\n");
  zip.commit();
}

}  // namespace sotto::experiments
