#include "experiments/recipe.h"

#include <set>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
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
  EXPECT_NE(fault_of({"optimiser.betas=[0.9]"}).find("betas"), std::string::npos);
  EXPECT_NE(fault_of({"augment.trim_margin=[5, 1]"}).find("trim_margin"), std::string::npos);
  EXPECT_NE(fault_of({"model.video.frontend.type=resnet4d"}).find("resnet3d"), std::string::npos);
  EXPECT_NE(fault_of({"tokenizer.type=runes"}).find("tokenizer"), std::string::npos);
  Recipe empty;
  EXPECT_THROW(read_yaml("{}", "empty.yaml", {}, empty), ConfigError);
}

TEST(RecipeTest, ListsLieBesideTheRecipe) {
  const TemporaryFolder folder;
  write_file(folder / "train.txt", "# a comment\na\n\n  \nb \r\n");
  write_file(folder / "recipe.yaml", tests::kTinyRecipe);
  const Recipe recipe =
      read_recipe(folder / "recipe.yaml", {"data.train=train.txt", "data.valid=elsewhere.txt"});
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

}  // namespace
}  // namespace sotto::experiments
