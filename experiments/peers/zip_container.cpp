#include <set>

#include "common/error.h"
#include "experiments/peers/checkpoint_container.h"
#include "experiments/peers/printable.h"
#include "experiments/peers/zip_directory.h"

namespace sotto::experiments {
namespace {

constexpr std::string_view kObject = "/data.pkl";

/// The name of the folder that everything lies in: the one with a data.pkl.
std::string top_folder(const ZipDirectory& directory, const std::string& where) {
  std::string top;
  for (const ZipEntry& entry : directory.entries()) {
    const size_t slash = entry.name.find('/');
    if (slash != std::string_view::npos && entry.name.substr(slash) == kObject) {
      if (!top.empty()) {
        throw CheckpointError(where + ": expected one data.pkl, got several");
      }
      top = entry.name.substr(0, slash);
    }
  }
  if (top.empty()) {
    throw CheckpointError(
        where + ": expected a checkpoint that torch.save wrote, got another zip (no data.pkl)");
  }
  return top;
}

class ZipContainer : public CheckpointContainer {
 public:
  explicit ZipContainer(const MappedFile& file)
      : where_(file.path()),
        directory_(file.data(), file.size(), where_),
        top_(top_folder(directory_, where_)),
        object_(read_object()) {
    if (const ZipEntry* order = directory_.find(top_ + "/byteorder")) {
      directory_.verify(*order);
      if (std::string_view(reinterpret_cast<const char*>(order->data), order->bytes) != "little") {
        throw CheckpointError(
            where_ +
            ": expected little-endian numbers, got another byte order; save it again on a "
            "machine with an x86 or ARM processor");
      }
    }
  }

  const Pickle& object() const override { return object_; }

  StorageBytes storage(std::string_view key) override {
    const ZipEntry* entry = directory_.find(top_ + "/data/" + std::string(key));
    if (entry == nullptr) {
      throw CheckpointError(
          where_ + ": not a whole file: its storage " + printable(key) + " is missing");
    }
    if (verified_.insert(entry).second) {
      directory_.verify(*entry);
    }
    return {entry->data, entry->bytes};
  }

 private:
  Pickle read_object() const {
    const ZipEntry& entry = *directory_.find(top_ + std::string(kObject));
    directory_.verify(entry);
    return {entry.data, entry.bytes, where_};
  }

  std::string where_;
  ZipDirectory directory_;
  std::string top_;
  Pickle object_;
  std::set<const ZipEntry*> verified_;
};

}  // namespace

std::unique_ptr<CheckpointContainer> open_zip_container(const MappedFile& file) {
  return std::make_unique<ZipContainer>(file);
}

}  // namespace sotto::experiments
