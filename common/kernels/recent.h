#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace sotto {

/// The values that were asked for last, by key, made where they are missing. Of more than `most` the
/// one that nobody asked for longest goes; who still holds it keeps it. Any number of threads may ask.
template <class Key, class Value>
class Recent {
 public:
  explicit Recent(size_t most) : most_(most) {}

  template <class Make>
  std::shared_ptr<const Value> get(const Key& key, const Make& make) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first == key) {
        entries_.splice(entries_.begin(), entries_, entry);
        return entries_.front().second;
      }
    }
    entries_.emplace_front(key, std::make_shared<const Value>(make()));
    if (entries_.size() > most_) {
      entries_.pop_back();
    }
    return entries_.front().second;
  }

 private:
  const size_t most_;
  std::mutex mutex_;
  std::list<std::pair<Key, std::shared_ptr<const Value>>> entries_;  // the last one first
};

}  // namespace sotto
