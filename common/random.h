#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sotto {

/// A small generator whose stream is fixed by its seed on every platform (SplitMix64). Each user
/// owns one, derived from (seed, epoch, utterance), so that the numbers do not depend on which
/// worker, rank or process draws them.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  Random(uint64_t seed, uint64_t epoch, std::string_view name);

  uint64_t next();
  /// Uniform in [0, 1).
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, count); count >= 1.
  int64_t below(int64_t count);
  bool chance(double probability) { return uniform() < probability; }

  uint64_t state() const { return state_; }

 private:
  uint64_t state_;
};

/// Puts items into an order that the generator chooses.
template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[static_cast<size_t>(random.below(static_cast<int64_t>(i)))]);
  }
}

/// FNV-1a of the name's bytes.
uint64_t name_hash(std::string_view name);

}  // namespace sotto
