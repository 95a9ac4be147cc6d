#include "datasets/clip_cache.h"

namespace sotto::datasets {

ClipCache::ClipCache(std::shared_ptr<const Store> store, int64_t limit_mib)
    : store_(std::move(store)), limit_bytes_(static_cast<size_t>(limit_mib) << 20) {}

void ClipCache::keep_crop(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (crop_ != name) {
    crop_ = name;
    kept_.clear();
    used_bytes_ = 0;
  }
}

Utterance ClipCache::load(const ManifestEntry& entry) const {
  Utterance utterance = store_->load(entry);
  if (utterance.crops.size() > 1 && utterance.crops.count(crop_) != 0) {
    Crop crop = std::move(utterance.crops[crop_]);
    utterance.crops.clear();
    utterance.crops[crop_] = std::move(crop);
  }
  return utterance;
}

Utterance ClipCache::copy(const ManifestEntry& entry) {
  return Store::is_packed(entry) ? load(entry) : *get(entry);
}

std::shared_ptr<const Utterance> ClipCache::get(const ManifestEntry& entry) {
  if (Store::is_packed(entry)) {
    return std::make_shared<const Utterance>(load(entry));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = kept_.find(entry.id);
    if (found != kept_.end()) {
      return found->second;
    }
  }
  auto utterance = std::make_shared<const Utterance>(load(entry));
  size_t bytes = utterance->wave.size() * sizeof(float);
  for (const auto& crop : utterance->crops) {
    bytes += crop.second.pixels.size();
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (used_bytes_ + bytes <= limit_bytes_ && kept_.emplace(entry.id, utterance).second) {
    used_bytes_ += bytes;
  }
  return utterance;
}

}  // namespace sotto::datasets
