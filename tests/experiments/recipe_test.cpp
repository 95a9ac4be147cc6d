#include "experiments/recipe.h"

#include <set>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/model_file.h"
#include "tests/common/temporary_folder.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {
namespace {

std::string fault_of(const std::vector<std::string>& overrides) {
  try {
    tests::tiny_recipe("somewhere", overrides);
  } catch (const ConfigError& fault) {
    return fault.what();
  }
  return "";
}

TEST(RecipeTest, WhatIsWrittenIsRead) {
  Recipe recipe = tests::tiny_recipe("somewhere");
  EXPECT_EQ(recipe.stages.size(), 2U);
  EXPECT_EQ(recipe.stages[1].loss.audio_only, 0.2);
  const std::string text = write_yaml(recipe);
  Recipe again;
  read_yaml(text, "again.yaml", {}, again);
  EXPECT_EQ(write_yaml(again), text);
}

TEST(RecipeTest, OverridesReachEveryPart) {
  const Recipe recipe = tests::tiny_recipe(
      "somewhere",
      {"stages.1.loss.av=3",
       "model.video.encoder.layers=5",
       "augment.trim_margin=[1, 2]",
       "data.loader.workers=4"});
  EXPECT_EQ(recipe.stages[1].loss.av, 3);
  EXPECT_EQ(recipe.augment.trim_margin, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(recipe.data.loader.workers, 4);
}

TEST(RecipeTest, FaultsAreNamed) {
  EXPECT_NE(fault_of({"model.video.encoder.layer=3"}).find("layers"), std::string::npos);
  EXPECT_NE(fault_of({"stages.0.streams=x"}).find("streams"), std::string::npos);
  EXPECT_NE(fault_of({"stages.0.epochs=0"}).find("epochs"), std::string::npos);
  EXPECT_NE(
      fault_of({"stages.0.schedule=noam", "stages.0.late_schedule=true"}).find("0.late_schedule: "),
      std::string::npos);
  EXPECT_NE(fault_of({"optimiser.betas=[0.9]"}).find("betas"), std::string::npos);
  EXPECT_NE(fault_of({"augment.trim_margin=[5, 1]"}).find("trim_margin"), std::string::npos);
  EXPECT_NE(fault_of({"model.video.frontend.type=resnet4d"}).find("resnet3d"), std::string::npos);
  EXPECT_NE(
      fault_of({"stages.0.name=joint"}).find("stages.1.name: 'joint' is another stage's"),
      std::string::npos);
  EXPECT_NE(fault_of({"tokenizer.type=runes"}).find("tokenizer"), std::string::npos);
  Recipe empty;
  EXPECT_THROW(read_yaml("{}", "empty.yaml", {}, empty), ConfigError);
}

/// What would end a training behind its first epoch, or be left out without a word.
TEST(RecipeTest, StagesFitTheirModel) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& what) {
    const std::string fault = fault_of(overrides);
    return fault.find(what) == std::string::npos ? testing::AssertionFailure() << fault
                                                 : testing::AssertionSuccess();
  };
  const std::string lips_alone = "model.audio={frontend: none, encoder: none}";
  EXPECT_TRUE(says(
      {lips_alone, "model.fusion=none"},
      "stages.0.streams: is av, but the model has lips alone; expected v"));
  EXPECT_TRUE(says({"model.stream_ctc=false"}, "stages.0.loss.stream_ctc: is above 0"));
  EXPECT_TRUE(says({"data.label_words=0"}, "stages.0.loss.frame_labels: is above 0"));
  EXPECT_TRUE(says(
      {"stages.0.streams=v", "stages.0.loss={av: 0, a: 1}"},
      "stages.0.loss: all that this stage could train has the weight 0"));
  EXPECT_TRUE(says(
      {"stages.0.loss={av: 0, frame_labels: 1}", "stages.1.loss={av: 1}", "model.stream_ctc=false",
       "data.valid=list"},
      "set model.stream_ctc, or leave data.valid out"));
}

TEST(RecipeTest, ListsLieBesideTheRecipe) {
  const TemporaryFolder folder;
  write_file(folder / "train.txt", "# a comment\na\n\n  \nb \r\n");
  write_file(folder / "recipe.yaml", tests::kTinyRecipe);
  const Recipe recipe =
      read_recipe(
          folder / "recipe.yaml",
          {"data.train=train.txt", "data.valid=elsewhere.txt", "data.noise_file=train.txt"});
  EXPECT_EQ(recipe.data.noise_file, folder / "train.txt");
  EXPECT_EQ(recipe.data.train, folder / "train.txt");
  EXPECT_EQ(recipe.data.valid, "elsewhere.txt");
  EXPECT_EQ(read_list(recipe.data.train), (std::vector<std::string>{"a", "b"}));
  EXPECT_THROW(read_recipe(folder / "none.yaml", {}), DataError);
}

TEST(RecipeTest, TheShippedRecipeKeepsItsSetsApart) {
  const std::string folder = std::string(SOTTO_SOURCE_DIR) + "/experiments/recipes/";
  const Recipe grid = read_recipe(folder + "grid.yaml", {});
  EXPECT_NO_THROW(AvsrModel(grid.model, 30));
  const auto test = read_list(folder + "grid/test.txt");
  EXPECT_EQ(test.size(), 100U);
  std::set<std::string> seen(test.begin(), test.end());
  for (const std::string& list : {grid.data.train, grid.data.valid, folder + "grid/unseen.txt"}) {
    const auto ids = read_list(list);
    EXPECT_FALSE(ids.empty());
    for (const std::string& id : ids) {
      EXPECT_TRUE(seen.insert(id).second) << list << ": " << id;
    }
  }
}

TEST(RecipeTest, TheShippedLanguageModelReadsNoTestSentences) {
  const std::string folder = std::string(SOTTO_SOURCE_DIR) + "/experiments/recipes/";
  const Recipe lm = read_recipe(folder + "grid-lm.yaml", {});
  const Recipe grid = read_recipe(folder + "grid.yaml", {});
  EXPECT_TRUE(lm.of_language_model());
  EXPECT_EQ(lm.text_data.train, std::vector<std::string>{grid.data.train});
  EXPECT_EQ(lm.text_data.valid, std::vector<std::string>{grid.data.valid});
  EXPECT_EQ(lm.stage_count(), 1U);
  EXPECT_EQ(&lm.stage(0), &lm.text_stages[0]);
  EXPECT_EQ(&grid.stage(1), static_cast<const StageSchedule*>(&grid.stages[1]));
  EXPECT_NE(lm.tokenizer.units.find("grid-av.safetensors"), std::string::npos);
  EXPECT_NO_THROW(read_card(SafetensorsFile(lm.tokenizer.units), lm.tokenizer.units));
}

TEST(RecipeTest, EachKindHasItsKeys) {
  Recipe lm;
  read_yaml(
      "{kind: language_model, data: {train: [a.txt]}, stages: [{epochs: 2}]}", "lm.yaml",
      {"language_model.dim=64"}, lm);
  EXPECT_EQ(lm.language_model.dim, 64);
  const std::string text = write_yaml(lm);
  EXPECT_EQ(text.find("augment"), std::string::npos);
  EXPECT_EQ(text.find("streams"), std::string::npos);
  Recipe again;
  read_yaml(text, "again.yaml", {}, again);
  EXPECT_EQ(write_yaml(again), text);
  EXPECT_NE(fault_of({"language_model.dim=64"}).find("unknown key"), std::string::npos);
  EXPECT_NE(fault_of({"kind=oracle"}).find("recogniser, language_model"), std::string::npos);
}

}  // namespace
}  // namespace sotto::experiments
