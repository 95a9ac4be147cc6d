// What an intermediate CTC head sees and adds, and what a recorder of stages sees.
#include "common/stages.h"
#include "tests/encoders/small_encoders.h"
#include "tests/tensors.h"

namespace sotto::encoders {
namespace {

class BetweenBlocksTest : public testing::TestWithParam<tests::SmallEncoder> {
 protected:
  BetweenBlocksTest() {
    encoder_ = GetParam().make([](BlockStackOptions& options) { options.layers = 3; });
    tests::fill(*encoder_, tests::golden_weight);
    encoder_->eval();
  }

  /// The tensor noted under `name` during one forward pass.
  at::Tensor stage(const std::string& name, const BetweenBlocks& between = {}) {
    const StageRecorder recorder;
    encoder_->forward(x_, lengths_, between);
    for (const auto& [noted, value] : recorder.stages()) {
      if (noted == name) {
        return value;
      }
    }
    return {};
  }

  at::Tensor x_ = tests::sines({2, 5, tests::kSmallWidth}, 0.7, 0.2);
  Lengths lengths_{{5, 3}, 5};
  std::shared_ptr<BlockStack> encoder_;
  const at::NoGradGuard no_grad_;
};

TEST_P(BetweenBlocksTest, IsCalledAfterEveryBlockButTheLast) {
  std::vector<int64_t> numbers;
  const at::Tensor plain = encoder_->forward(x_, lengths_);
  const at::Tensor watched = encoder_->forward(x_, lengths_, [&](int64_t block, const at::Tensor&) {
    numbers.push_back(block);
    return at::Tensor();
  });
  EXPECT_EQ(numbers, (std::vector<int64_t>{1, 2}));
  EXPECT_TRUE(watched.equal(plain));  // nothing was added
}

TEST_P(BetweenBlocksTest, OnlyTheConformersHeadSeesNormedOutput) {
  const bool normed = std::dynamic_pointer_cast<ConformerImpl>(encoder_) != nullptr;
  encoder_->forward(x_, lengths_, [&](int64_t block, const at::Tensor& seen) {
    const at::Tensor output = stage("encoders." + std::to_string(block - 1));
    EXPECT_TRUE(seen.equal(normed ? encoder_->after_norm->forward(output) : output));
    return at::Tensor();
  });
}

TEST_P(BetweenBlocksTest, WhatItReturnsIsAddedToTheOutput) {
  const at::Tensor addition = tests::sines(x_.sizes(), 1.1, 0.3);
  const auto add_after_first = [&](int64_t block, const at::Tensor&) {
    return block == 1 ? addition : at::Tensor();
  };
  const at::Tensor positions =
      position_table(PositionScheme::kRelative, 5, tests::kSmallWidth, x_.options());
  const at::Tensor mask = lengths_.valid_mask(at::kCPU).unsqueeze(1);
  const at::Tensor expected = encoder_->encoders[1]->as<Block>()->forward(
      stage("encoders.0") + addition, positions, mask, lengths_);
  EXPECT_TRUE(stage("encoders.1", add_after_first).equal(expected));
  EXPECT_FALSE(stage("encoders.1").equal(expected));
}

TEST_P(BetweenBlocksTest, StagesHaveTheNamesOfThePublishedCode) {
  tests::expect_near(
      stage("embed.x"), x_ * std::sqrt(static_cast<double>(tests::kSmallWidth)), 1e-6);
  EXPECT_EQ(stage("pos_emb").sizes(), (std::vector<int64_t>{1, 9, tests::kSmallWidth}));
  EXPECT_TRUE(stage("out").equal(encoder_->forward(x_, lengths_)));
  EXPECT_TRUE(stage("out").equal(encoder_->after_norm->forward(stage("encoders.2"))));
  const bool has_branches = std::dynamic_pointer_cast<ConformerImpl>(encoder_) == nullptr;
  for (const char* const part : {"attn", "cgmlp.csgu", "cgmlp", "merge_proj"}) {
    EXPECT_EQ(stage(std::string("encoders.1.") + part).defined(), has_branches) << part;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BetweenBlocksTest, testing::ValuesIn(tests::small_encoders()), [](const auto& info) {
      return info.param.name;
    });

}  // namespace
}  // namespace sotto::encoders
