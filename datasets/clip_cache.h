#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "datasets/store.h"

namespace sotto::datasets {

/// Decoded utterances of a store, kept in memory up to a limit; past it clips are decoded again. Those
/// of mapped shards are never kept: the system keeps their pages.
/// Safe from several threads.
class ClipCache {
 public:
  ClipCache(std::shared_ptr<const Store> store, int64_t limit_mib);

  std::shared_ptr<const Utterance> get(const ManifestEntry& entry);
  /// An utterance of the caller's own, to change.
  Utterance copy(const ManifestEntry& entry);
  const Store& store() const { return *store_; }
  /// Of utterances that have this crop only this one is kept, from now on: faces are large.
  void keep_crop(const std::string& name);

 private:
  Utterance load(const ManifestEntry& entry) const;

  std::shared_ptr<const Store> store_;
  size_t limit_bytes_;
  size_t used_bytes_ = 0;
  std::string crop_;  ///< empty: all
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Utterance>> kept_;
};

}  // namespace sotto::datasets
