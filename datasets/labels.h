#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/store.h"

namespace sotto::datasets {

/// Classes for every video frame from a corpus' word times: 0 is silence, then words. Training
/// with them beside CTC shortens the long plateau of lip reading.
class WordLabels {
 public:
  WordLabels() = default;
  /// The `limit` most frequent words of these entries; ties by alphabet.
  WordLabels(const std::vector<const ManifestEntry*>& entries, int64_t limit);

  /// Silence and words; 0 if there are no word times.
  int64_t classes() const { return classes_.empty() ? 0 : static_cast<int64_t>(classes_.size()) + 1; }

  /// The words of the classes 1 to classes() - 1, in order.
  std::vector<std::string> words() const;

  /// The class of each of `frames` frames (by the time at its middle); -1 where the word has no
  /// class or the clip no word times.
  std::vector<int64_t> frame_classes(const std::vector<WordTime>& words, int64_t frames) const;

 private:
  std::map<std::string, int64_t> classes_;
};

}  // namespace sotto::datasets
