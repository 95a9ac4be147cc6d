#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sotto::experiments {

/// Token ids of many sentences, one after the other.
class SentenceIds {
 public:
  void add(const std::vector<int64_t>& ids);
  /// Tokens of all, with an end each.
  int64_t tokens() const { return static_cast<int64_t>(ids_.size() + size()); }
  size_t size() const { return starts_.size() - 1; }
  int64_t length(size_t i) const { return static_cast<int64_t>(starts_[i + 1] - starts_[i]); }
  const int32_t* ids(size_t i) const { return ids_.data() + starts_[i]; }

 private:
  std::vector<int32_t> ids_;
  std::vector<size_t> starts_ = {0};
};

/// SentenceIds side by side, padded with 0.
struct TextBatch {
  at::Tensor tokens;  ///< (B, U) int64, sos first
  at::Tensor next;    ///< (B, U) int64, what follows each of them, eos last
  int64_t count = 0;  ///< tokens, without padding; 0: a stand-in, as others have all sentences
  int64_t count_of_step = 0;  ///< of the shares of all processes
  size_t first = 0;           ///< number of one of its sentences, for messages
};

/// Batches of sentences of like length up to a budget of tokens. Which of equally long sentences
/// come together, and the order of batches, is drawn for each epoch from (seed, epoch); how many
/// batches there are is not.
class TextBatches {
 public:
  /// @param tokens  the budget: sentences times the longest one's tokens; a sentence above it
  ///                is a batch of its own
  /// @param eos     end of sentence, and its start
  /// @param rank    takes this of `processes` shares of each batch
  TextBatches(
      SentenceIds sentences,
      int64_t tokens,
      int64_t eos,
      uint64_t seed,
      int64_t rank = 0,
      int64_t processes = 1);

  const SentenceIds& sentences() const { return sentences_; }
  int64_t batches() const { return static_cast<int64_t>(ends_.size()); }
  void start(int64_t epoch, int64_t first_batch = 0);
  /// The next batch, or nothing at the end of the epoch.
  std::optional<TextBatch> next();

 private:
  SentenceIds sentences_;
  int64_t eos_;
  uint64_t seed_;
  size_t rank_;
  size_t processes_;
  std::vector<size_t> ends_;         // of each batch among the sentences, short ones first
  std::vector<size_t> epoch_order_;  // of sentences, short ones first
  std::vector<size_t> batch_order_;
  size_t position_ = 0;  // in batch_order_
};

}  // namespace sotto::experiments
