#include "experiments/start.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "experiments/model_file.h"
#include "tests/common/temporary_folder.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

class StartTest : public testing::Test {
 protected:
  StartTest() {
    at::manual_seed(1);
    source_ = AvsrModel(recipe_.model, 30);
    ModelCard card;
    card.model = recipe_.model;
    card.tokens = datasets::english_characters();
    options_.model = folder_ / "source.safetensors";
    write_model(options_.model, state_of(*source_), card);
    at::manual_seed(2);
  }

  TemporaryFolder folder_;
  Recipe recipe_ = tests::tiny_recipe("none");
  AvsrModel source_{nullptr};
  StartOptions options_;
};

TEST_F(StartTest, TakesEverythingThatFits) {
  AvsrModel network(recipe_.model, 30);
  const std::string said = start_from(*network, options_).front();
  EXPECT_NE(said.find("tensors to start from"), std::string::npos);
  const TensorMap expected = state_of(*source_);
  for (const auto& [name, tensor] : state_of(*network)) {
    EXPECT_TRUE(tensor.equal(expected.at(name))) << name;
  }
}

TEST_F(StartTest, AnotherVocabularyKeepsItsHeads) {
  AvsrModel network(recipe_.model, 12);
  const TensorMap before = state_of(*network);
  const at::Tensor head = before.at("ctc.ctc_lo.weight").clone();
  const std::string said = start_from(*network, options_).front();
  EXPECT_NE(said.find("ctc"), std::string::npos);
  EXPECT_TRUE(state_of(*network).at("ctc.ctc_lo.weight").equal(head));
  EXPECT_TRUE(state_of(*network)
                  .at("encoder.after_norm.weight")
                  .equal(state_of(*source_).at("encoder.after_norm.weight")));
}

TEST_F(StartTest, PartsMustFit) {
  options_.parts = {"frontend"};
  AvsrModel network(recipe_.model, 12);
  start_from(*network, options_);
  options_.parts = {"ctc"};
  EXPECT_THROW(start_from(*network, options_), CheckpointError);
  options_.parts = {"backend"};
  EXPECT_THROW(start_from(*network, options_), CheckpointError);
  options_.parts = {"frontend", "front"};  // one that names nothing beside one that fits
  EXPECT_THROW(start_from(*network, options_), CheckpointError);
}

}  // namespace
}  // namespace sotto::experiments
