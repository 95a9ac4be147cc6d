#include "experiments/peers/rebuild_tensor.h"

#include <algorithm>

#include "common/error.h"
#include "common/safetensors.h"
#include "experiments/peers/storage_reference.h"

namespace sotto::experiments {
namespace {

/// Above any network's; one short line of a pickle can be the sizes of many tensors.
constexpr size_t kDimensionLimit = 16;
/// Far above any file, far below overflow: elements, and elements to skip.
constexpr int64_t kExtentLimit = int64_t{1} << 56;

/// Arguments of a call of this function of torch._utils; null for any other value.
const PickleValue* arguments_of(
    const Pickle& pickle, const PickleValue& value, std::string_view function, size_t fewest) {
  if (value.kind != PickleKind::kCall || pickle.at(value.items[0]).text != function) {
    return nullptr;
  }
  const PickleValue& arguments = pickle.at(value.items[1]);
  const bool fits = arguments.kind == PickleKind::kTuple && arguments.items.size() >= fewest;
  return fits ? &arguments : nullptr;
}

/// (storage, first element, sizes, strides, requires_grad, hooks), also of the tensor within a
/// parameter.
const PickleValue* tensor_arguments(const Pickle& pickle, const PickleValue& value) {
  const auto* parameter = arguments_of(pickle, value, "torch._utils\n_rebuild_parameter", 1);
  const PickleValue& tensor = parameter == nullptr ? value : pickle.at(parameter->items[0]);
  return arguments_of(pickle, tensor, "torch._utils\n_rebuild_tensor_v2", 4);
}

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw CheckpointError(where + ": not a whole file: " + what);
}

int64_t extent(const PickleValue& value, const std::string& where) {
  if (value.kind != PickleKind::kInteger || value.integer < 0 || value.integer > kExtentLimit) {
    refuse(where, "a size or a stride is none");
  }
  return value.integer;
}

std::vector<int64_t> extents(
    const Pickle& pickle, const PickleValue& value, const std::string& where) {
  const bool is_list = value.kind == PickleKind::kTuple || value.kind == PickleKind::kList;
  if (!is_list || value.items.size() > kDimensionLimit) {
    refuse(where, "its sizes or strides are none");
  }
  std::vector<int64_t> numbers;
  for (const uint32_t item : value.items) {
    numbers.push_back(extent(pickle.at(item), where));
  }
  return numbers;
}

/// Sizes of 0 are left out of the product, so that no later arithmetic can overflow either.
void check_extent(const std::vector<int64_t>& shape, const std::string& where) {
  int64_t product = 1;
  for (const int64_t size : shape) {
    if (product > kExtentLimit / std::max<int64_t>(size, 1)) {
      refuse(where, "it is larger than any file");
    }
    product *= std::max<int64_t>(size, 1);
  }
}

/// Whether all elements of a view lie inside a storage of `length` elements.
void check_view(
    const CheckpointTensor& tensor, uint64_t first, uint64_t length, const std::string& where) {
  uint64_t last = first;
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    const auto steps = static_cast<uint64_t>(tensor.shape[i] - 1);
    const auto stride = static_cast<uint64_t>(tensor.strides[i]);
    // Tested step by step: nothing overflows while `last` stays inside the storage.
    if (last >= length || (steps != 0 && stride > (length - 1 - last) / steps)) {
      refuse(where, "its elements leave its storage");
    }
    last += steps * stride;
  }
  if (last >= length) {
    refuse(where, "its elements leave its storage");
  }
}

void place(
    CheckpointContainer& container,
    const StorageReference& reference,
    uint64_t first,
    const std::string& where,
    CheckpointTensor& tensor) {
  const StorageBytes storage = container.storage(reference.key);
  const size_t item = safetensors_type_size(reference.type);
  if (storage.bytes != reference.elements * item) {
    refuse(where, "its storage does not have the size that is written beside it");
  }
  if (tensor.elements() > 0) {
    check_view(tensor, first, reference.length, where);
    tensor.data = storage.data + (reference.begin + first) * item;
  }
}

}  // namespace

bool is_tensor(const Pickle& pickle, const PickleValue& value, const std::string& where) {
  const PickleValue* arguments = tensor_arguments(pickle, value);
  return arguments != nullptr &&
         storage_reference(pickle, pickle.at(arguments->items[0]), where).has_value();
}

std::optional<CheckpointTensor> rebuild_tensor(
    CheckpointContainer& container, const PickleValue& value, const std::string& where) {
  const Pickle& pickle = container.object();
  const PickleValue* arguments = tensor_arguments(pickle, value);
  if (arguments == nullptr) {
    return std::nullopt;
  }
  const auto reference = storage_reference(pickle, pickle.at(arguments->items[0]), where);
  if (!reference) {
    return std::nullopt;
  }
  CheckpointTensor tensor;
  tensor.type = reference->type;
  const int64_t first = extent(pickle.at(arguments->items[1]), where);
  tensor.shape = extents(pickle, pickle.at(arguments->items[2]), where);
  tensor.strides = extents(pickle, pickle.at(arguments->items[3]), where);
  if (tensor.shape.size() != tensor.strides.size()) {
    refuse(where, "it has more sizes than strides or the reverse");
  }
  check_extent(tensor.shape, where);
  place(container, *reference, static_cast<uint64_t>(first), where, tensor);
  return tensor;
}

}  // namespace sotto::experiments
