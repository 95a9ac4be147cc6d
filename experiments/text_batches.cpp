#include "experiments/text_batches.h"

#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>

#include "common/random.h"

namespace sotto::experiments {

void SentenceIds::add(const std::vector<int64_t>& ids) {
  for (const int64_t id : ids) {
    ids_.push_back(static_cast<int32_t>(id));
  }
  starts_.push_back(ids_.size());
}

TextBatches::TextBatches(
    SentenceIds sentences,
    int64_t tokens,
    int64_t eos,
    uint64_t seed,
    int64_t rank,
    int64_t processes)
    : sentences_(std::move(sentences)),
      eos_(eos),
      seed_(seed),
      rank_(static_cast<size_t>(rank)),
      processes_(static_cast<size_t>(processes)) {
  std::vector<int64_t> lengths;  // with sos
  for (size_t i = 0; i < sentences_.size(); ++i) {
    lengths.push_back(sentences_.length(i) + 1);
  }
  std::sort(lengths.begin(), lengths.end());
  size_t begin = 0;
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (i > begin && lengths[i] * static_cast<int64_t>(i + 1 - begin) > tokens) {
      ends_.push_back(i);
      begin = i;
    }
  }
  if (!lengths.empty()) {
    ends_.push_back(lengths.size());
  }
}

void TextBatches::start(int64_t epoch, int64_t first_batch) {
  Random random(seed_, static_cast<uint64_t>(epoch), "text");
  epoch_order_.resize(sentences_.size());
  std::iota(epoch_order_.begin(), epoch_order_.end(), 0);
  shuffle(epoch_order_, random);
  std::stable_sort(epoch_order_.begin(), epoch_order_.end(), [this](size_t a, size_t b) {
    return sentences_.length(a) < sentences_.length(b);
  });
  batch_order_.resize(ends_.size());
  std::iota(batch_order_.begin(), batch_order_.end(), 0);
  shuffle(batch_order_, random);
  position_ = static_cast<size_t>(first_batch);
}

std::optional<TextBatch> TextBatches::next() {
  if (position_ >= batch_order_.size()) {
    return std::nullopt;
  }
  const size_t number = batch_order_[position_++];
  const size_t begin = number == 0 ? 0 : ends_[number - 1];
  const size_t end = ends_[number];
  std::vector<size_t> share;
  TextBatch batch;
  batch.first = epoch_order_[begin];
  for (size_t i = begin; i < end; ++i) {
    const size_t sentence = epoch_order_[i];
    const int64_t tokens = sentences_.length(sentence) + 1;
    batch.count_of_step += tokens;
    if ((i - begin) % processes_ == rank_) {
      share.push_back(sentence);
      batch.count += tokens;
    }
  }
  if (share.empty()) {
    share.push_back(batch.first);
  }
  const auto B = static_cast<int64_t>(share.size());
  const int64_t U = sentences_.length(epoch_order_[end - 1]) + 1;
  batch.tokens = at::zeros({B, U}, at::kLong);
  batch.next = at::zeros({B, U}, at::kLong);
  for (int64_t b = 0; b < B; ++b) {
    const size_t sentence = share[static_cast<size_t>(b)];
    const int64_t length = sentences_.length(sentence);
    auto* tokens = batch.tokens.data_ptr<int64_t>() + b * U;
    auto* next = batch.next.data_ptr<int64_t>() + b * U;
    tokens[0] = eos_;
    std::copy_n(sentences_.ids(sentence), length, tokens + 1);
    std::copy_n(sentences_.ids(sentence), length, next);
    next[length] = eos_;
  }
  return batch;
}

}  // namespace sotto::experiments
