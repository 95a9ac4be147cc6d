#include "decoding/sentences.h"

#include <algorithm>

#include <ATen/ATen.h>

namespace sotto::decoding {

PaddedSentences pad_sentences(const Sentences& sentences, int64_t V) {
  size_t longest = 0;
  for (const auto& labels : sentences) {
    longest = std::max(longest, labels.size());
  }
  const auto N = static_cast<int64_t>(sentences.size());
  const auto U = static_cast<int64_t>(longest) + 1;
  PaddedSentences padded = {at::full({N, U}, V - 1, at::kLong), at::full({N, U}, -1, at::kLong)};
  auto input = padded.input.accessor<int64_t, 2>();
  auto next = padded.next.accessor<int64_t, 2>();
  for (int64_t n = 0; n < N; ++n) {
    const auto& labels = sentences[static_cast<size_t>(n)];
    const auto count = static_cast<int64_t>(labels.size());
    for (int64_t u = 0; u < count; ++u) {
      input[n][u + 1] = labels[static_cast<size_t>(u)];
      next[n][u] = labels[static_cast<size_t>(u)];
    }
    next[n][count] = V - 1;
  }
  return padded;
}

Sentences reversed(Sentences sentences) {
  for (auto& labels : sentences) {
    std::reverse(labels.begin(), labels.end());
  }
  return sentences;
}

}  // namespace sotto::decoding
