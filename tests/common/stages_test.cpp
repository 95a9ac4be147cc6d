#include "common/stages.h"

#include <thread>

#include "tests/tensors.h"

namespace sotto {
namespace {

std::vector<std::string> names(const StageRecorder& recorder) {
  std::vector<std::string> names;
  for (const auto& stage : recorder.stages()) {
    names.push_back(stage.first);
  }
  return names;
}

TEST(StagesTest, ScopesMakeUpTheName) {
  const at::Tensor x = at::ones({1});
  const StageRecorder recorder;
  note_stage("frontend", x);
  {
    const StageScope encoder("encoder");
    note_stage("embed.x", x);
    for (int64_t i = 0; i < 2; ++i) {
      const StageScope block("encoders", i);
      note_stage("attn", x);
      note_stage("", x);  // the block's own output
    }
    note_stage("out", x);
  }
  note_stage("fusion", x);
  EXPECT_EQ(
      names(recorder),
      (std::vector<std::string>{
          "frontend",
          "encoder.embed.x",
          "encoder.encoders.0.attn",
          "encoder.encoders.0",
          "encoder.encoders.1.attn",
          "encoder.encoders.1",
          "encoder.out",
          "fusion"}));
}

TEST(StagesTest, NobodyListens) {
  const StageScope scope("encoder");
  note_stage("out", at::ones({1}));
  const StageRecorder recorder;
  EXPECT_TRUE(recorder.stages().empty());
}

TEST(StagesTest, TheInnermostRecorderListens) {
  const StageRecorder outer;
  const StageScope scope("outer");
  {
    const StageRecorder inner;
    note_stage("a", at::ones({1}));
    EXPECT_EQ(names(inner), std::vector<std::string>{"a"});
  }
  note_stage("b", at::ones({1}));
  EXPECT_EQ(names(outer), std::vector<std::string>{"outer.b"});
}

TEST(StagesTest, ARecorderHearsItsOwnThreadOnly) {
  const StageRecorder recorder;
  std::thread([] { note_stage("elsewhere", at::ones({1})); }).join();
  EXPECT_TRUE(recorder.stages().empty());
}

TEST(StagesTest, WhatIsKeptHoldsNoGraph) {
  const StageRecorder recorder;
  const at::Tensor x = at::ones({2}).requires_grad_();
  note_stage("x", x * 2);
  EXPECT_FALSE(recorder.stages().front().second.requires_grad());
  EXPECT_TRUE(recorder.stages().front().second.equal(at::full({2}, 2.0)));
}

TEST(StagesTest, InsidesAreForThoseWhoWantThem) {
  const at::Tensor x = at::ones({2}).requires_grad_();
  {
    const StageRecorder recorder;
    note_inside("weights", x);
    EXPECT_TRUE(recorder.stages().empty());
  }
  const StageRecorder recorder(/*with_insides=*/true);
  {
    const StageScope scope("attention");
    note_inside("weights", x * 2);
  }
  EXPECT_EQ(names(recorder), std::vector<std::string>{"attention.weights"});
  EXPECT_TRUE(recorder.stages().front().second.requires_grad());
}

}  // namespace
}  // namespace sotto
