#include <map>

#include "common/error.h"
#include "common/safetensors.h"
#include "common/byte_reader.h"
#include "experiments/peers/checkpoint_container.h"
#include "experiments/peers/printable.h"
#include "experiments/peers/storage_reference.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kLegacyVersion = 1001;

/// Five pickles (magic number, version, machine, object, keys), then each key's storage: a 64-bit
/// count of elements and the elements. Only the object knows how large an element is.
class LegacyContainer : public CheckpointContainer {
 public:
  explicit LegacyContainer(const MappedFile& file)
      : where_(file.path()), reader_(file.data(), file.size(), where_) {
    next_pickle();
    const Pickle version = next_pickle();
    if (version.root().kind != PickleKind::kInteger || version.root().integer != kLegacyVersion) {
      reader_.fail("it is of an unknown version");
    }
    refuse_big_endian(next_pickle());
    object_ = std::make_unique<Pickle>(next_pickle());
    find_storages(next_pickle());
  }

  const Pickle& object() const override { return *object_; }

  StorageBytes storage(std::string_view key) override {
    const auto found = storages_.find(key);
    if (found == storages_.end()) {
      reader_.fail("its storage " + printable(key) + " is missing");
    }
    return found->second;
  }

 private:
  Pickle next_pickle() {
    ByteReader rest = reader_;
    const auto bytes = reader_.remaining();
    const auto* begin = reinterpret_cast<const uint8_t*>(rest.bytes(bytes).data());
    Pickle pickle(begin, bytes, where_);
    reader_.bytes(pickle.bytes());
    return pickle;
  }

  void refuse_big_endian(const Pickle& machine) const {
    const PickleValue* little = machine.find(machine.root(), "little_endian");
    if (little == nullptr || little->kind != PickleKind::kBoolean || little->integer == 0) {
      throw CheckpointError(
          where_ +
          ": expected little-endian numbers, got another byte order; save it again on a "
          "machine with an x86 or ARM processor");
    }
  }

  /// Every storage that the object speaks of, by key.
  std::map<std::string_view, StorageReference> references() const {
    std::map<std::string_view, StorageReference> references;
    for (const PickleValue& value : object_->values()) {
      if (auto reference = storage_reference(*object_, value, where_)) {
        const auto [place, is_new] = references.emplace(reference->key, *reference);
        if (!is_new && (place->second.type != reference->type ||
                        place->second.elements != reference->elements)) {
          reader_.fail("it speaks of one storage in two ways");
        }
      }
    }
    return references;
  }

  void find_storages(const Pickle& keys) {
    const auto known = references();
    if (keys.root().kind != PickleKind::kList) {
      reader_.fail("its list of storages is damaged");
    }
    for (const uint32_t item : keys.root().items) {
      const auto found = known.find(keys.at(item).text);
      if (found == known.end()) {
        reader_.fail("it has a storage of unknown elements");
      }
      const StorageReference& reference = found->second;
      const auto elements = reader_.number<uint64_t>();
      if (elements != reference.elements) {
        reader_.fail("a storage does not have the size that is written beside it");
      }
      const uint64_t bytes = elements * safetensors_type_size(reference.type);
      const auto* data = reinterpret_cast<const uint8_t*>(reader_.bytes(bytes).data());
      storages_[reference.key] = {data, bytes};
    }
  }

  std::string where_;
  ByteReader reader_;
  std::unique_ptr<Pickle> object_;
  std::map<std::string_view, StorageBytes> storages_;
};

}  // namespace

std::unique_ptr<CheckpointContainer> open_legacy_container(const MappedFile& file) {
  return std::make_unique<LegacyContainer>(file);
}

}  // namespace sotto::experiments
