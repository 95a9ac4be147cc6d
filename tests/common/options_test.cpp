#include "common/options.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/registry.h"

namespace sotto {
namespace {

struct Layer {
  virtual ~Layer() = default;
};
struct WideOptions : Options {
  int64_t width = 256;
  void visit(OptionVisitor& v) override {
    v.field("width", width, at_least(1), "units", "how wide");
  }
};
struct DeepOptions : Options {
  int64_t depth = 3;
  double dropout = 0.1;
  void visit(OptionVisitor& v) override {
    v.field("depth", depth, between(1, 100), "", "how deep");
    v.field("dropout", dropout, between(0, 1), "", "share dropped");
  }
};
struct Wide : Layer {
  explicit Wide(const WideOptions& options) : width(options.width) {}
  int64_t width;
};
struct Deep : Layer {
  explicit Deep(const DeepOptions&) {}
};

const Registry<Layer>& layers() {
  static const Registry<Layer> registry = [] {
    Registry<Layer> made("layer");
    made.add<WideOptions, Wide>("wide");
    made.add<DeepOptions, Deep>("deep");
    return made;
  }();
  return registry;
}

struct StageOptions : Options {
  int64_t epochs = 1;
  std::string name;
  DeepOptions inner;
  void visit(OptionVisitor& v) override {
    v.field("epochs", epochs, at_least(1), "epochs", "how long");
    v.field("name", name, "what it is called");
    v.group("inner", inner, "a group inside an item");
  }
};

struct NoiseOptions : Options {
  double snr_db = 20;
  bool babble = true;
  void visit(OptionVisitor& v) override {
    v.field("snr_db", snr_db, any_value(), "dB", "signal-to-noise ratio");
    v.field("babble", babble, "voices");
  }
};

struct RecipeOptions : Options {
  int64_t seed = 0;
  double rate = 1e-3;
  std::string store;
  std::string schedule = "cosine";
  std::vector<int64_t> sizes = {1, 2};
  std::vector<double> betas = {0.9, 0.98};
  std::vector<std::string> streams = {"video"};
  NoiseOptions noise;
  Component encoder;
  std::vector<StageOptions> stages;

  void visit(OptionVisitor& v) override {
    v.field("seed", seed, at_least(0), "", "root of every random number");
    v.field("rate", rate, between(0, 1), "", "learning rate");
    v.field("store", store, "a prepared store");
    v.field("schedule", schedule, {"cosine", "constant"}, "of the learning rate");
    v.field("sizes", sizes, at_least(1), "pixels", "a list");
    v.field("betas", betas, between(0, 1), "", "another");
    v.field("streams", streams, "names");
    v.group("noise", noise, "what is mixed in");
    v.component("encoder", encoder, layers(), "of the frames");
    v.list("stages", stages, "one after the other");
  }
  void validate() const override {
    if (rate == 0 && seed == 13) {
      throw ConfigError("rate: 0 does not go with seed 13");
    }
  }
};

RecipeOptions read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  RecipeOptions recipe;
  read_yaml(text, "r.yaml", overrides, recipe);
  return recipe;
}

std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    read(text, overrides);
  } catch (const ConfigError& fault) {
    return fault.what();
  }
  return "";
}

TEST(OptionsTest, NothingGivenKeepsTheDefaults) {
  for (const char* text : {"", "# only a remark\n", "noise:\n", "{}"}) {
    const RecipeOptions recipe = read(text);
    EXPECT_EQ(recipe.seed, 0);
    EXPECT_EQ(recipe.rate, 1e-3);
    EXPECT_TRUE(recipe.noise.babble);
    EXPECT_FALSE(recipe.encoder.chosen());
  }
}

TEST(OptionsTest, ReadsEveryKind) {
  RecipeOptions recipe = read(R"(
seed: 7
rate: 2.5e-4
store: stores/grid
schedule: constant
sizes: [3]
betas: [0.5, 0.25]
streams: [video, "two words"]
noise: {snr_db: -5, babble: no}
encoder:
  type: deep
  depth: 12
stages:
  - {epochs: 2, name: lips}
  - epochs: 3
    inner: {dropout: 0}
)");
  EXPECT_EQ(recipe.seed, 7);
  EXPECT_EQ(recipe.rate, 2.5e-4);
  EXPECT_EQ(recipe.store, "stores/grid");
  EXPECT_EQ(recipe.schedule, "constant");
  EXPECT_EQ(recipe.sizes, (std::vector<int64_t>{3}));
  EXPECT_EQ(recipe.betas, (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(recipe.streams, (std::vector<std::string>{"video", "two words"}));
  EXPECT_EQ(recipe.noise.snr_db, -5);
  EXPECT_FALSE(recipe.noise.babble);
  EXPECT_EQ(recipe.encoder.type, "deep");
  EXPECT_EQ(dynamic_cast<DeepOptions&>(*recipe.encoder.options).depth, 12);
  ASSERT_EQ(recipe.stages.size(), 2U);
  EXPECT_EQ(recipe.stages[0].name, "lips");
  EXPECT_EQ(recipe.stages[1].epochs, 3);
  EXPECT_EQ(recipe.stages[1].inner.dropout, 0);
}

TEST(OptionsTest, AnUnknownKeyNamesFileLineAndNearest) {
  EXPECT_EQ(complaint("seed: 1\nsede: 2\n"), "r.yaml:2: sede: unknown key; did you mean seed?");
  EXPECT_EQ(
      complaint("noise:\n  snr_db: 3\n  bable: true\n"),
      "r.yaml:3: noise.bable: unknown key; did you mean babble?");
  EXPECT_EQ(
      complaint("encoder: {type: wide, wdith: 3}\n"),
      "r.yaml:1: encoder.wdith: unknown key; did you mean width?");
  EXPECT_EQ(
      complaint("stages:\n- epochs: 1\n- epochs: 1\n  epoch: 1\n"),
      "r.yaml:4: stages.1.epoch: unknown key; did you mean epochs?");
  EXPECT_EQ(
      complaint("noise: {q: 1}\n"), "r.yaml:1: noise.q: unknown key; known here: snr_db, babble");
}

TEST(OptionsTest, KeysAfterAGroupAreStillSeen) {
  EXPECT_EQ(
      complaint("noise: {snr_db: 3}\nbad: 1\nseed: x\n"),
      "r.yaml:3: seed: expected a whole number, got 'x'\n"
      "r.yaml:2: bad: unknown key; known here: seed, rate, store, schedule, sizes, betas, streams, "
      "noise, encoder, stages");
}

TEST(OptionsTest, ReadingTwiceFromOneTreeIsTheSame) {
  const std::string text = "noise: {snr_db: 3}\nencoder: {type: wide, width: 9}\nseed: 4\n";
  RecipeOptions recipe = read(text);
  read_yaml(text, "r.yaml", {}, recipe);
  EXPECT_EQ(recipe.seed, 4);
  EXPECT_EQ(dynamic_cast<WideOptions&>(*recipe.encoder.options).width, 9);
}

TEST(OptionsTest, WrongTypesAndRangesSaySo) {
  EXPECT_EQ(complaint("seed: 1.5"), "r.yaml:1: seed: expected a whole number, got '1.5'");
  EXPECT_EQ(complaint("seed: -1"), "r.yaml:1: seed: expected at least 0, got -1");
  EXPECT_EQ(complaint("rate: 2"), "r.yaml:1: rate: expected from 0 to 1, got 2");
  EXPECT_EQ(complaint("rate: .nan"), "r.yaml:1: rate: expected from 0 to 1, got .nan");
  EXPECT_EQ(complaint("rate: fast"), "r.yaml:1: rate: expected a number, got 'fast'");
  EXPECT_EQ(complaint("sizes: [1, 0]"), "r.yaml:1: sizes: expected at least 1 pixels, got 0");
  EXPECT_EQ(complaint("sizes: 3"), "r.yaml:1: sizes: expected a list of whole numbers, got '3'");
  EXPECT_EQ(complaint("noise: 3"), "r.yaml:1: noise: expected keys and values");
  EXPECT_EQ(
      complaint("noise: {babble: 3}"), "r.yaml:1: noise.babble: expected true or false, got '3'");
  EXPECT_EQ(
      complaint("schedule: cosin"),
      "r.yaml:1: schedule: expected one of cosine, constant, got 'cosin'");
  EXPECT_EQ(complaint("stages: {epochs: 1}"), "r.yaml:1: stages: expected a list");
  EXPECT_EQ(complaint("store: {a: 1}"), "r.yaml:1: store: expected text");
}

TEST(OptionsTest, TextWithoutAValueIsEmpty) {
  EXPECT_EQ(read("store:\nseed: 1\n").store, "");
  EXPECT_EQ(read("store: x", {"store="}).store, "");
}

TEST(OptionsTest, AllFaultsAtOnce) {
  EXPECT_EQ(
      complaint("seed: a\nrate: 3\n"),
      "r.yaml:1: seed: expected a whole number, got 'a'\n"
      "r.yaml:2: rate: expected from 0 to 1, got 3");
}

TEST(OptionsTest, WhatIsNotYamlSaysWhere) {
  EXPECT_EQ(complaint("seed: 1\n  rate: 2: 3\n").rfind("r.yaml:2: not readable as YAML: ", 0), 0U);
  EXPECT_EQ(complaint("just words"), "r.yaml: expected YAML keys and values");
  EXPECT_EQ(complaint("- a\n- b\n"), "r.yaml: expected YAML keys and values");
  EXPECT_NE(complaint(std::string(100000, '[')), "");
  EXPECT_NE(complaint("[a, b]: 1\n"), "");
  EXPECT_NE(complaint("noise: {[a]: 1}\n"), "");
}

TEST(OptionsTest, AKeyGivenTwiceIsAFault) {
  EXPECT_EQ(complaint("seed: 1\nseed: 2\n"), "r.yaml:2: seed: given twice");
}

TEST(OptionsTest, ComponentsAreChosenByType) {
  EXPECT_EQ(read("encoder: wide").encoder.type, "wide");
  EXPECT_FALSE(read("encoder: none").encoder.chosen());
  RecipeOptions recipe = read("encoder: {type: wide, width: 5}");
  const auto layer = layers().create(recipe.encoder);
  EXPECT_EQ(dynamic_cast<Wide&>(*layer).width, 5);
  EXPECT_EQ(
      complaint("encoder: narrow"),
      "r.yaml:1: encoder: expected one of deep, wide, none, got 'narrow'");
  EXPECT_EQ(
      complaint("encoder: {width: 3}"), "r.yaml:1: encoder: expected a `type`: one of deep, wide");
}

TEST(OptionsTest, OverridesWinAndUseTheSameGrammar) {
  const std::string text =
      "seed: 1\nencoder: wide\nstages:\n- {epochs: 1}\n- {epochs: 2, name: b}\n";
  const RecipeOptions recipe = read(
      text,
      {"seed=5",
       "encoder.width=64",
       "stages.1.epochs=9",
       "noise.snr_db=-5",
       "betas=[0.1, 0.2]",
       "stages.0.inner.depth=2",
       "betas.1=0.3",
       "seed=6"});
  EXPECT_EQ(recipe.seed, 6);
  EXPECT_EQ(dynamic_cast<WideOptions&>(*recipe.encoder.options).width, 64);
  EXPECT_EQ(recipe.stages[0].inner.depth, 2);
  EXPECT_EQ(recipe.stages[1].epochs, 9);
  EXPECT_EQ(recipe.stages[1].name, "b");
  EXPECT_EQ(recipe.noise.snr_db, -5);
  EXPECT_EQ(recipe.betas, (std::vector<double>{0.1, 0.3}));
  EXPECT_EQ(read(text, {"encoder=deep"}).encoder.type, "deep");
  EXPECT_EQ(read(text, {"stages=[]"}).stages.size(), 0U);
  EXPECT_EQ(read(text, {"stages.0={epochs: 4, name: x}"}).stages[0].name, "x");
}

TEST(OptionsTest, OverridesAreBlamedForTheirFaults) {
  EXPECT_EQ(
      complaint("seed: 1", {"sede=2"}), "command line: sede: unknown key; did you mean seed?");
  EXPECT_EQ(
      complaint("", {"encoder.type=narrow"}),
      "command line: encoder.type: expected one of deep, wide, none, got 'narrow'");
  EXPECT_EQ(
      complaint("encoder: wide", {"encoder={type: wide, wdith: 3}"}),
      "command line: encoder.wdith: unknown key; did you mean width?");
  EXPECT_EQ(
      complaint("", {"nose.snr_db=3"}), "command line: nose: unknown key; did you mean noise?");
  EXPECT_EQ(complaint("", {"seed=x"}), "command line: seed: expected a whole number, got 'x'");
  EXPECT_EQ(complaint("", {"seed"}), "command line: expected key=value, got 'seed'");
  EXPECT_EQ(complaint("", {"=3"}), "command line: expected key=value, got '=3'");
  EXPECT_EQ(
      complaint("", {"noise..babble=3"}),
      "command line: noise..babble: expected names with single dots between them");
  EXPECT_EQ(
      complaint("", {"noise.=3"}),
      "command line: noise.: expected names with single dots between them");
  EXPECT_EQ(
      complaint("stages: [{epochs: 1}]", {"stages.1.epochs=3"}),
      "command line: stages.1.epochs: expected a number below 1, got '1'");
  EXPECT_EQ(
      complaint("stages: [{epochs: 1}]", {"stages.one={}"}),
      "command line: stages.one: expected a number below 1, got 'one'");
  EXPECT_NE(complaint("", {"sizes=[1"}), "");
}

TEST(OptionsTest, ImpossibleTogetherIsRefused) {
  EXPECT_EQ(complaint("{rate: 0, seed: 13}"), "rate: 0 does not go with seed 13");
}

TEST(OptionsTest, WhatIsWrittenReadsBackToTheSame) {
  RecipeOptions recipe = read("encoder: {type: deep, dropout: 0.3}");
  recipe.rate = 1.0 / 3.0;
  recipe.noise.snr_db = -std::numeric_limits<double>::infinity();
  recipe.store = "a \"quoted\"\\ line\nand: another # no remark";
  recipe.streams = {"", "ünïcode", "- x", "yes"};
  recipe.sizes = {};
  recipe.betas = {5e-324, 0.1};
  recipe.stages.resize(2);
  recipe.stages[1].name = "null";
  recipe.stages[1].inner.depth = 4;
  const std::string text = write_yaml(recipe);
  RecipeOptions again = read(text);
  EXPECT_EQ(write_yaml(again), text);
  EXPECT_EQ(again.rate, recipe.rate);
  EXPECT_EQ(again.noise.snr_db, recipe.noise.snr_db);
  EXPECT_EQ(again.store, recipe.store);
  EXPECT_EQ(again.streams, recipe.streams);
  EXPECT_EQ(again.sizes, recipe.sizes);
  EXPECT_EQ(again.betas, recipe.betas);
  EXPECT_EQ(again.encoder.type, "deep");
  EXPECT_EQ(dynamic_cast<DeepOptions&>(*again.encoder.options).dropout, 0.3);
  ASSERT_EQ(again.stages.size(), 2U);
  EXPECT_EQ(again.stages[1].name, "null");
  EXPECT_EQ(again.stages[1].inner.depth, 4);
}

TEST(OptionsTest, ExplainListsEveryKnob) {
  RecipeOptions recipe;
  const std::string text = explain(recipe);
  for (const char* line :
       {"  seed = 0  (at least 0)\n      root of every random number\n",
        "  rate = 0.001  (from 0 to 1)\n",
        "  schedule = cosine  (cosine | constant)\n",
        "  sizes = [1, 2]  (each at least 1, pixels)\n",
        "  noise.snr_db = 20  (dB)\n",
        "  encoder.type = none  (deep | wide | none)\n",
        "  with type: wide\n",
        "  encoder.width = 256  (at least 1, units)\n",
        "stages (list): one after the other\n",
        "  stages.N.inner.depth = 3  (from 1 to 100)\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nis not in\n" << text;
  }
  EXPECT_TRUE(recipe.stages.empty());
}

TEST(OptionsTest, NearestIsNearOrNothing) {
  EXPECT_EQ(nearest("trian", {"train", "transcribe"}), "train");
  EXPECT_EQ(nearest("xyzzy", {"train", "transcribe"}), "");
  EXPECT_EQ(nearest("", {}), "");
}

TEST(LargestIntegerTest, LooksEverywhere) {
  const auto largest = [](const std::string& text) {
    RecipeOptions recipe = read(text);
    return largest_integer(recipe);
  };
  EXPECT_EQ(largest("{}"), 2);
  EXPECT_EQ(largest("{seed: 7}"), 7);
  EXPECT_EQ(largest("{sizes: [3, 900]}"), 900);
  EXPECT_EQ(largest("{encoder: {type: wide, width: 512}}"), 512);
  EXPECT_EQ(largest("{stages: [{epochs: 4}, {inner: {depth: 99}}]}"), 99);
}

}  // namespace
}  // namespace sotto
