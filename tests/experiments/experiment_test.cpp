#include "experiments/experiment.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/files.h"
#include "common/yaml_values.h"
#include "tests/common/temporary_folder.h"

namespace sotto::experiments {
namespace {

using Strings = std::vector<std::string>;

class ExperimentTest : public testing::Test {
 protected:
  std::vector<PlannedStep> plan(const std::string& text, const Strings& overrides = {}) {
    write_file(folder_ / "base.yaml", "seed: 9\ndata: {store: here, train: a.txt}\nstages: [{epochs: 5}]\n");
    write_file(folder_ / "lm.yaml", "kind: language_model\n");
    write_file(path(), text);
    return plan_experiment(path(), overrides, "runs/x");
  }

  std::string fault_of(const std::string& text) {
    try {
      plan(text);
    } catch (const ConfigError& fault) {
      return fault.what();
    }
    return "";
  }

  static std::string value(const PlannedStep& step, const std::string& key) {
    for (const auto& [name, value] : yaml_values(step.recipe, "")) {
      if (name == key) {
        return value;
      }
    }
    return "missing";
  }

  std::string path() const { return folder_ / "paper.yaml"; }

  TemporaryFolder folder_;
};

TEST_F(ExperimentTest, RecipesLieOnTheirBase) {
  const auto steps = plan(R"(
kind: experiment
name: paper
base: base.yaml
recipe: {data: {store: there}, model: {ctc: false}}
set: [a.b=1]
steps:
  - name: one
    recipe: {data: {valid: v.txt}}
    set: [c=2]
  - {name: lm, base: lm.yaml, recipe: {tokenizer: {units: "{one}"}, data: {store: "{data.store}"}}}
)");
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].name, "one");
  EXPECT_EQ(value(steps[0], "name"), "paper-one");
  EXPECT_EQ(value(steps[0], "seed"), "9");
  EXPECT_EQ(value(steps[0], "data.store"), "there");
  EXPECT_EQ(value(steps[0], "data.train"), "a.txt");
  EXPECT_EQ(value(steps[0], "data.valid"), "v.txt");
  EXPECT_EQ(value(steps[0], "model.ctc"), "false");
  EXPECT_EQ(value(steps[0], "stages.0.epochs"), "5");
  EXPECT_EQ(steps[0].set, (Strings{"c=2", "a.b=1"}));
  EXPECT_EQ(steps[0].beside, folder_.path());
  // Another base shares nothing, and names the model of the step before.
  EXPECT_EQ(value(steps[1], "kind"), "language_model");
  EXPECT_EQ(value(steps[1], "model.ctc"), "missing");
  EXPECT_EQ(value(steps[1], "tokenizer.units"), "runs/x/one/best.safetensors");
  EXPECT_EQ(value(steps[1], "data.store"), "there");
  EXPECT_TRUE(steps[1].set.empty());
}

TEST_F(ExperimentTest, OverridesOfARecipeAreOfTheSharedOne) {
  const std::string text = R"(
kind: experiment
base: base.yaml
recipe: {data: {store: there}}
steps:
  - {name: one}
  - {name: two, recipe: {data: {store: own}}}
)";
  const auto steps = plan(
      text, {"data.store=elsewhere", "name=other", "steps.0.set=[c=2]"});
  EXPECT_EQ(value(steps[0], "data.store"), "elsewhere");
  EXPECT_EQ(value(steps[1], "data.store"), "own");
  EXPECT_EQ(value(steps[1], "name"), "other-two");
  EXPECT_EQ(steps[0].set, Strings{"c=2"});
}

TEST_F(ExperimentTest, AnItemOfAListIsChangedInEachTraining) {
  const std::string text = R"(
kind: experiment
base: base.yaml
set: [a.b=1]
steps:
  - {name: one, recipe: {stages: [{epochs: 6}, {epochs: 8}]}}
  - {name: two}
  - {name: lm, base: lm.yaml}
)";
  const auto steps = plan(text, {"stages.0.epochs=7"});
  for (const size_t i : {0, 1}) {
    EXPECT_EQ(steps[i].set, (Strings{"a.b=1", "stages.0.epochs=7"}));
  }
  EXPECT_EQ(value(steps[0], "stages.1.epochs"), "8");
  EXPECT_EQ(value(steps[1], "stages.0.epochs"), "5");
  EXPECT_TRUE(steps[2].set.empty());
}

TEST_F(ExperimentTest, ABaseMayBeAShippedRecipe) {
  const std::string text = "kind: experiment\nbase: base.yaml\nsteps: [{name: one}]\n";
  plan(text);
  const TemporaryFolder elsewhere;
  write_file(elsewhere / "mine.yaml", text);
  EXPECT_THROW(plan_experiment(elsewhere / "mine.yaml", {}, "runs/x"), DataError);
  const auto steps = plan_experiment(elsewhere / "mine.yaml", {}, "runs/x", {"nowhere", folder_.path()});
  EXPECT_EQ(value(steps.at(0), "data.store"), "here");
  EXPECT_EQ(steps[0].beside, folder_.path());
}

TEST_F(ExperimentTest, AnotherTypeBringsItsOwnKeys) {
  const auto steps = plan(R"(
kind: experiment
recipe: {model: {encoder: {type: conformer, dim: 8, kernel: 3}}}
steps:
  - {name: same, recipe: {model: {encoder: {type: conformer, dim: 4}}}}
  - {name: other, recipe: {model: {encoder: {type: e_branchformer, dim: 4}}}}
)");
  EXPECT_EQ(value(steps[0], "model.encoder.kernel"), "3");
  EXPECT_EQ(value(steps[0], "model.encoder.dim"), "4");
  EXPECT_EQ(value(steps[1], "model.encoder.kernel"), "missing");
  EXPECT_EQ(value(steps[1], "model.encoder.dim"), "4");
}

TEST_F(ExperimentTest, SeedsAndItems) {
  const auto steps = plan(R"(
kind: experiment
base: base.yaml
steps:
  - {name: start, seeds: [1, 2]}
  - {name: tuned, seeds: [2, 7], recipe: {start: {model: "{start}"}}}
  - {name: other}
  - {name: test, each: [tuned, other], run: "evaluate {model} {data.store} --json {run}/t-{each}.json"}
  - {name: all, run: "fuse {tuned} 'two words' --list {beside}/x {tuned-7}"}
)");
  ASSERT_EQ(steps.size(), 9U);
  EXPECT_EQ(steps[0].name, "start-1");
  EXPECT_EQ(value(steps[1], "seed"), "2");
  EXPECT_EQ(value(steps[2], "start.model"), "runs/x/start-2/best.safetensors");
  EXPECT_EQ(value(steps[3], "start.model"), "runs/x/start-1/best.safetensors");  // no seed 7 there
  EXPECT_EQ(
      steps[5].command, (Strings{"evaluate", "runs/x/tuned-2/best.safetensors", "here", "--json",
                                 "runs/x/t-tuned-2.json"}));
  EXPECT_EQ(steps[6].name, "test-tuned-7");
  EXPECT_EQ(steps[7].command[1], "runs/x/other/best.safetensors");
  EXPECT_EQ(
      steps[8].command,
      (Strings{"fuse", "runs/x/tuned-2/best.safetensors", "runs/x/tuned-7/best.safetensors",
               "two words", "--list", folder_.path() + "/x", "runs/x/tuned-7/best.safetensors"}));
}

TEST_F(ExperimentTest, WhatIsSetForAllIsWhatCommandsSee) {
  const std::string text = R"(
kind: experiment
base: base.yaml
steps:
  - {name: seed}
  - {name: test, run: "info {data.store} {seed}"}
)";
  EXPECT_EQ(
      plan(text)[1].command, (Strings{"info", "here", "runs/x/seed/best.safetensors"}));
  EXPECT_EQ(plan(text, {"set=[data.store=packed]"})[1].command[1], "packed");
}

TEST_F(ExperimentTest, AFingerprintTellsChanges) {
  const std::string text = "kind: experiment\nbase: base.yaml\nsteps: [{name: one}]\n";
  const std::string before = plan(text)[0].fingerprint;
  EXPECT_EQ(plan(text)[0].fingerprint, before);
  EXPECT_NE(plan(text, {"recipe.data.store=other"})[0].fingerprint, before);
  EXPECT_NE(plan(text, {"set=[x=1]"})[0].fingerprint, before);
}

TEST_F(ExperimentTest, StepsNeedThoseWhoseFilesTheyName) {
  const std::string text = R"(
kind: experiment
steps:
  - {name: make, run: "synth --out {run}/clips"}
  - {name: store, run: "prepare --root {run}/clips --out {run}/store"}
  - {name: a, recipe: {data: {store: "{run}/store"}}}
  - {name: a-b, recipe: {start: {model: "{a}"}}}
  - {name: apart, recipe: {data: {store: elsewhere}}}
  - {name: t, each: [a-b, apart], run: "evaluate {model} x --json {run}/t-{each}.json"}
  - {name: s, run: "score {run}/t-apart.json#v {run}/t-apart.txt"}
)";
  const auto steps = plan(text);
  ASSERT_EQ(steps.size(), 8U);
  EXPECT_EQ(steps[0].needs, Strings{});
  EXPECT_EQ(steps[1].needs, Strings{"make"});
  EXPECT_EQ(steps[2].needs, Strings{"store"});
  EXPECT_EQ(steps[3].needs, Strings{"a"});
  EXPECT_EQ(steps[4].needs, Strings{});
  EXPECT_EQ(steps[5].needs, Strings{"a-b"});
  EXPECT_EQ(steps[6].needs, Strings{"apart"});
  EXPECT_EQ(steps[7].needs, Strings{"t-apart"});
  // A change goes on to all that need what was changed, and to no others.
  const auto changed = plan(text, {"steps.2.recipe.seed=2"});
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool hit = i == 2 || i == 3 || i == 5;
    EXPECT_EQ(steps[i].fingerprint != changed[i].fingerprint, hit) << steps[i].name;
  }
}

TEST_F(ExperimentTest, Faults) {
  const std::string head = "kind: experiment\nbase: base.yaml\nsteps:\n";
  EXPECT_NE(fault_of("kind: experiment\n").find("steps: expected at least one"), std::string::npos);
  EXPECT_NE(
      fault_of(head + "  - {name: a, run: \"x {later}\"}\n  - {name: later}\n").find("{later} is neither"),
      std::string::npos);
  EXPECT_NE(fault_of(head + "  - {name: a}\n  - {name: a}\n").find("a is taken"), std::string::npos);
  EXPECT_NE(fault_of(head + "  - {name: run}\n").find("taken"), std::string::npos);
  EXPECT_NE(
      fault_of(head + "  - {name: a, run: info, seeds: [1]}\n").find("got both"), std::string::npos);
  EXPECT_NE(fault_of(head + "  - {name: a, each: [b]}\n").find("seeds"), std::string::npos);
  EXPECT_NE(
      fault_of(head + "  - {name: t, each: [a], run: \"info {model}\"}\n  - {name: a}\n")
          .find("t: each: a is no training before this step"),
      std::string::npos);
  EXPECT_NE(fault_of(head + "  - {name: a b}\n").find("without blanks"), std::string::npos);
  EXPECT_NE(
      fault_of(head + "  - {name: a, run: \"info 'x\"}\n").find("quote is not closed"),
      std::string::npos);
  EXPECT_NE(fault_of(head + "  - {name: a, recipes: {}}\n").find("did you mean recipe?"), std::string::npos);
}

TEST_F(ExperimentTest, OnlyExperimentsAreSuch) {
  write_file(path(), "kind: experiment\n");
  EXPECT_TRUE(is_experiment(path()));
  write_file(path(), "name: grid\nabout: experiment\n");
  EXPECT_FALSE(is_experiment(path()));
  EXPECT_THROW(is_experiment(folder_ / "none.yaml"), DataError);
}

}  // namespace
}  // namespace sotto::experiments
