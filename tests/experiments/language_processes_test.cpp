// Language models that several processes train together.
#include <algorithm>

#include "experiments/perplexity.h"
#include "experiments/trainer.h"
#include "tests/experiments/forked.h"
#include "tests/experiments/letters_recipe.h"
#include "tests/run_log_lines.h"

namespace sotto::experiments {
namespace {

class LanguageProcessesTest : public tests::TogetherTest {
 protected:
  LanguageProcessesTest() {
    // Batches of one to eight sentences: of three processes some have none.
    write_file(folder_ / "train.txt", "ab\nba\na\nb\nbc\nabcabc\nabcabcabcabcabcabcabcabcabcabc\nc\n");
    write_file(folder_ / "valid.txt", "abc\nab\nc\ncab\n");
  }

  static TrainContext with(const std::shared_ptr<Processes>& processes) {
    TrainContext context;
    context.processes = processes;
    return context;
  }

  Recipe letters(std::vector<std::string> overrides = {}) const {
    for (const char* set : {"data.batch_tokens=24", "language_model.dropout=0", "stages.0.epochs=3",
                            "stages.0.learning_rate=0.01", "stages.0.warmup_epochs=0"}) {
      overrides.emplace_back(set);
    }
    overrides.push_back("data.train=[" + folder_ / "train.txt" + "]");
    overrides.push_back("data.valid=[" + folder_ / "valid.txt" + "]");
    Recipe recipe;
    read_yaml(tests::kLetters, "letters.yaml", overrides, recipe);
    return recipe;
  }

  /// The perplexity of the model that so many processes trained, and its weights.
  tests::Forked train_in(int64_t count) const {
    const std::string run = folder_ / std::to_string(count);
    return tests::in_processes(count, [&](const std::shared_ptr<Processes>& processes) {
      train(letters({"optimiser.ema=0.5"}), run, false, with(processes));
      const LoadedLanguageModel model = read_language_model(run + "/best.safetensors");
      std::vector<double> values = {score_texts(model, {folder_ / "valid.txt"}).per_token()};
      auto network = model.network;
      for (const auto& parameter : network->named_parameters()) {
        // Attention does not depend on it: its gradient is rounding, which Adam makes large.
        if (parameter.key().find("linear_k.bias") == std::string::npos) {
          tests::append(values, parameter.value());
        }
      }
      return values;
    });
  }

  TemporaryFolder folder_;
};

TEST_F(LanguageProcessesTest, TwoAndThreeGiveTheNumbersOfOne) {
  const tests::Forked one = train_in(1);
  ASSERT_EQ(one.codes[0], 0) << one.errors[0];
  const std::vector<double>& expected = one.values[0];
  ASSERT_GT(expected.size(), 1000U);
  for (const int64_t count : {2, 3}) {
    const tests::Forked several = train_in(count);
    for (size_t rank = 0; rank < several.codes.size(); ++rank) {
      ASSERT_EQ(several.codes[rank], 0) << several.errors[rank];
      ASSERT_EQ(several.values[rank].size(), expected.size());
      for (size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(several.values[rank][i], expected[i], 1e-5 * std::max(1.0, expected[i]))
            << i << " of process " << rank;
      }
    }
  }
}

/// Machines that do not share a disk.
TEST_F(LanguageProcessesTest, AnotherCheckpointIsRefusedByAll) {
  const tests::Forked begun = tests::in_processes(2, [&](const auto& processes) {
    train(letters(), folder_ / "run", false, with(processes));
    return std::vector<double>();
  });
  ASSERT_EQ(begun.codes, std::vector<int>(2, 0)) << begun.errors[0] << begun.errors[1];
  const tests::Forked going_on = tests::in_processes(2, [&](const auto& processes) {
    const std::string run = folder_ / (processes->first() ? "run" : "elsewhere");
    train(letters({"stages.0.epochs=5"}), run, true, with(processes));
    return std::vector<double>();
  });
  EXPECT_EQ(going_on.codes, std::vector<int>(2, 70));
  EXPECT_NE(going_on.errors[0].find("run: another process does not find"), std::string::npos)
      << going_on.errors[0];
  EXPECT_NE(
      going_on.errors[1].find("elsewhere: process 1 of 2 finds no checkpoint there"),
      std::string::npos)
      << going_on.errors[1];
}

TEST_F(LanguageProcessesTest, TheMeanOfTheLastEpochsIsThatOfTheFirstOne) {
  const tests::Forked forked = tests::in_processes(2, [&](const auto& processes) {
    const std::string run = folder_ / (processes->first() ? "run" : "elsewhere");
    Recipe recipe = letters({"stages.0.average=2"});
    StageSchedule next = recipe.text_stages.front();
    next.name = "next";
    next.learning_rate = 0;  // what it begins with stays
    next.average = 0;
    recipe.text_stages.push_back(next);
    train(recipe, run, false, with(processes));
    std::vector<double> values;
    if (processes->first()) {
      for (const auto& line : tests::log_lines(run, "validation")) {
        values.push_back(line.at("perplexity").get<double>());
      }
      const LoadedLanguageModel model = read_language_model(run + "/last.safetensors");
      values.push_back(score_texts(model, {folder_ / "valid.txt"}).per_token());
    }
    return values;
  });
  ASSERT_EQ(forked.codes, std::vector<int>(2, 0)) << forked.errors[0] << forked.errors[1];
  // Three epochs, their mean, three more in which both processes read with it, the model's file.
  const std::vector<double>& found = forked.values[0];
  ASSERT_EQ(found.size(), 8U);
  EXPECT_GT(std::abs(found[3] - found[2]), 1e-4 * found[2]);
  for (size_t i = 4; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], found[3], 1e-6 * found[3]) << i;
  }
}

}  // namespace
}  // namespace sotto::experiments
