#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "datasets/text/sentencepiece.h"
#include "datasets/text/sentencepiece_trainer.h"
#include "tests/datasets/grid_sentences.h"

namespace sotto::datasets {
namespace {

// Linked side by side, the two libraries end the process before main.
TEST(SentencePieceTorchTest, WorksBesideLibTorch) {
  ASSERT_GT(at::get_num_threads(), 0);
  SentencePieceTraining training;
  training.sentences = grid_sentences();
  training.size = 50;
  const SentencePiece pieces(train_sentencepiece(training));
  EXPECT_FALSE(pieces.encode("bin blue at f two now").empty());
}

}  // namespace
}  // namespace sotto::datasets
