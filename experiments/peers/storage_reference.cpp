#include "experiments/peers/storage_reference.h"

#include <array>
#include <utility>

#include "common/error.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kElementLimit = int64_t{1} << 56;

constexpr std::array<std::pair<std::string_view, const char*>, 10> kStorageTypes = {{
    {"torch\nFloatStorage", "F32"},
    {"torch\nHalfStorage", "F16"},
    {"torch\nBFloat16Storage", "BF16"},
    {"torch\nDoubleStorage", "F64"},
    {"torch\nLongStorage", "I64"},
    {"torch\nIntStorage", "I32"},
    {"torch\nShortStorage", "I16"},
    {"torch\nCharStorage", "I8"},
    {"torch\nByteStorage", "U8"},
    {"torch\nBoolStorage", "BOOL"},
}};

std::string type_of(const PickleValue& storage_class) {
  if (storage_class.kind == PickleKind::kGlobal) {
    for (const auto& [name, type] : kStorageTypes) {
      if (name == storage_class.text) {
        return type;
      }
    }
  }
  return "";
}

uint64_t count(const PickleValue& value, const std::string& where) {
  if (value.kind != PickleKind::kInteger || value.integer < 0 || value.integer > kElementLimit) {
    throw CheckpointError(where + ": not a whole file: the size of a storage is none");
  }
  return static_cast<uint64_t>(value.integer);
}

/// (key of the view, first element, elements), in files from before 2018: a storage within another.
void read_view(
    const Pickle& pickle,
    const PickleValue& view,
    const std::string& where,
    StorageReference& reference) {
  if (view.kind == PickleKind::kNone) {
    return;
  }
  if (view.kind == PickleKind::kTuple && view.items.size() == 3) {
    reference.begin = count(pickle.at(view.items[1]), where);
    reference.length = count(pickle.at(view.items[2]), where);
    if (reference.begin <= reference.elements &&
        reference.length <= reference.elements - reference.begin) {
      return;
    }
  }
  throw CheckpointError(where + ": not a whole file: a view of a storage does not fit it");
}

}  // namespace

std::optional<StorageReference> storage_reference(
    const Pickle& pickle, const PickleValue& value, const std::string& where) {
  if (value.kind != PickleKind::kPersistent) {
    return std::nullopt;
  }
  const PickleValue& id = pickle.at(value.items.front());
  if (id.kind != PickleKind::kTuple || id.items.size() < 5 || id.items.size() > 6) {
    return std::nullopt;
  }
  const PickleValue& kind = pickle.at(id.items[0]);
  const PickleValue& key = pickle.at(id.items[2]);
  StorageReference reference;
  reference.type = type_of(pickle.at(id.items[1]));
  if (kind.kind != PickleKind::kText || kind.text != "storage" || reference.type.empty() ||
      key.kind != PickleKind::kText) {
    return std::nullopt;
  }
  reference.key = key.text;
  reference.elements = count(pickle.at(id.items[4]), where);
  reference.length = reference.elements;
  if (id.items.size() == 6) {
    read_view(pickle, pickle.at(id.items[5]), where, reference);
  }
  return reference;
}

}  // namespace sotto::experiments
