#include "experiments/text_batches.h"

#include <algorithm>
#include <set>

#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kEos = 9;

/// Sentences 1; 2 2; 3 3 3; ... and again, of `lengths` each.
SentenceIds sentences_of(const std::vector<int64_t>& lengths) {
  SentenceIds sentences;
  for (size_t i = 0; i < lengths.size(); ++i) {
    sentences.add(
        std::vector<int64_t>(static_cast<size_t>(lengths[i]), static_cast<int64_t>(i + 1)));
  }
  return sentences;
}

std::vector<TextBatch> epoch_of(TextBatches& batches, int64_t epoch, int64_t first = 0) {
  std::vector<TextBatch> all;
  batches.start(epoch, first);
  while (auto batch = batches.next()) {
    all.push_back(std::move(*batch));
  }
  return all;
}

TEST(TextBatchesTest, WhatIsReadAndWhatFollows) {
  TextBatches batches(sentences_of({3, 1}), 100, kEos, 1);
  const auto epoch = epoch_of(batches, 0);
  ASSERT_EQ(epoch.size(), 1U);
  EXPECT_TRUE(epoch[0].tokens.equal(at::tensor({9, 2, 0, 0, 9, 1, 1, 1}, at::kLong).view({2, 4})));
  EXPECT_TRUE(epoch[0].next.equal(at::tensor({2, 9, 0, 0, 1, 1, 1, 9}, at::kLong).view({2, 4})));
  EXPECT_EQ(batches.sentences().tokens(), 6);
}

TEST(TextBatchesTest, EveryEpochHasEverySentenceOnce) {
  const std::vector<int64_t> lengths = {4, 1, 2, 2, 7, 2, 4, 30, 2, 1};
  TextBatches batches(sentences_of(lengths), 12, 99, 1);
  std::set<std::string> orders;
  for (int64_t epoch = 0; epoch < 20; ++epoch) {
    const auto all = epoch_of(batches, epoch);
    EXPECT_EQ(static_cast<int64_t>(all.size()), batches.batches());
    std::vector<int64_t> seen;
    std::string order;
    for (const TextBatch& batch : all) {
      const int64_t B = batch.tokens.size(0);
      EXPECT_TRUE(B == 1 || B * batch.tokens.size(1) <= 12) << batch.tokens.sizes();
      for (int64_t b = 0; b < B; ++b) {
        seen.push_back(batch.tokens[b][1].item<int64_t>());
        order += std::to_string(seen.back()) + " ";
      }
    }
    orders.insert(order);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  }
  EXPECT_GT(orders.size(), 15U);
}

TEST(TextBatchesTest, AnEpochGoesOnInTheMiddle) {
  TextBatches batches(sentences_of({4, 1, 2, 2, 7, 2, 4}), 6, 99, 5);
  const auto whole = epoch_of(batches, 3);
  const auto rest = epoch_of(batches, 3, 2);
  ASSERT_EQ(rest.size() + 2, whole.size());
  for (size_t i = 0; i < rest.size(); ++i) {
    EXPECT_TRUE(rest[i].tokens.equal(whole[i + 2].tokens));
  }
}

TEST(TextBatchesTest, ProcessesShareEachBatch) {
  const std::vector<int64_t> lengths = {4, 1, 2, 2, 7, 2, 4, 30, 2, 1};
  TextBatches whole(sentences_of(lengths), 12, 99, 1);
  const auto all = epoch_of(whole, 0);
  std::vector<std::vector<TextBatch>> shares;
  for (int64_t rank = 0; rank < 3; ++rank) {
    TextBatches share(sentences_of(lengths), 12, 99, 1, rank, 3);
    shares.push_back(epoch_of(share, 0));
    ASSERT_EQ(shares.back().size(), all.size());
  }
  for (size_t i = 0; i < all.size(); ++i) {
    int64_t count = 0;
    at::Tensor sum = at::zeros({}, at::kLong);
    for (const auto& share : shares) {
      EXPECT_EQ(share[i].tokens.size(1), all[i].tokens.size(1));
      EXPECT_EQ(share[i].count_of_step, all[i].count);
      if (share[i].count > 0) {
        EXPECT_EQ(share[i].count, share[i].tokens.ne(0).sum().item<int64_t>());
        count += share[i].count;
        sum += share[i].next.sum();
      }
    }
    EXPECT_EQ(count, all[i].count);
    EXPECT_TRUE(sum.equal(all[i].next.sum()));
  }
}

TEST(TextBatchesTest, NoSentences) {
  TextBatches batches({}, 6, 99, 5);
  EXPECT_EQ(batches.batches(), 0);
  EXPECT_TRUE(epoch_of(batches, 0).empty());
}

}  // namespace
}  // namespace sotto::experiments
