#include "datasets/labels.h"

#include <algorithm>

namespace sotto::datasets {

WordLabels::WordLabels(const std::vector<const ManifestEntry*>& entries, int64_t limit) {
  std::map<std::string, int64_t> counts;
  for (const ManifestEntry* entry : entries) {
    for (const WordTime& word : entry->words) {
      ++counts[word.word];
    }
  }
  std::vector<std::pair<std::string, int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  order.resize(std::min(order.size(), static_cast<size_t>(limit)));
  std::sort(order.begin(), order.end());
  for (const auto& entry : order) {
    const auto next = static_cast<int64_t>(classes_.size()) + 1;
    classes_[entry.first] = next;
  }
}

std::vector<std::string> WordLabels::words() const {
  std::vector<std::string> words(classes_.size());
  for (const auto& [word, number] : classes_) {
    words[static_cast<size_t>(number - 1)] = word;
  }
  return words;
}

std::vector<int64_t> WordLabels::frame_classes(
    const std::vector<WordTime>& words, int64_t frames) const {
  const int64_t outside = words.empty() ? -1 : 0;
  std::vector<int64_t> labels(static_cast<size_t>(frames), outside);
  for (const WordTime& word : words) {
    const auto found = classes_.find(word.word);
    for (int64_t t = 0; t < frames; ++t) {
      const double middle = (static_cast<double>(t) + 0.5) / kFramesPerSecond;
      if (middle >= word.start_s && middle < word.end_s) {
        labels[static_cast<size_t>(t)] = found == classes_.end() ? -1 : found->second;
      }
    }
  }
  return labels;
}

}  // namespace sotto::datasets
