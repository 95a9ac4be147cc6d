// Language models that several processes train together.
#include <algorithm>

#include "experiments/perplexity.h"
#include "experiments/trainer.h"
#include "tests/experiments/forked.h"
#include "tests/experiments/letters_recipe.h"

namespace sotto::experiments {
namespace {

class LanguageProcessesTest : public tests::TogetherTest {
 protected:
  LanguageProcessesTest() {
    // Batches of one to eight sentences: of three processes some have none.
    write_file(folder_ / "train.txt", "ab\nba\na\nb\nbc\nabcabc\nabcabcabcabcabcabcabcabcabcabc\nc\n");
    write_file(folder_ / "valid.txt", "abc\nab\nc\ncab\n");
  }

  /// The perplexity of the model that so many processes trained, and its weights.
  tests::Forked train_in(int64_t count) const {
    const std::string run = folder_ / std::to_string(count);
    return tests::in_processes(count, [&](const std::shared_ptr<Processes>& processes) {
      Recipe recipe;
      read_yaml(
          tests::kLetters, "letters.yaml",
          {"data.train=[" + folder_ / "train.txt" + "]", "data.valid=[" + folder_ / "valid.txt" + "]",
           "data.batch_tokens=24", "language_model.dropout=0", "optimiser.ema=0.5", "stages.0.epochs=3",
           "stages.0.learning_rate=0.01", "stages.0.warmup_epochs=0"},
          recipe);
      TrainContext context;
      context.processes = processes;
      train(recipe, run, false, context);
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

}  // namespace
}  // namespace sotto::experiments
