// Training of language models: texts, a regular language, resume.
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/interrupt.h"
#include "experiments/perplexity.h"
#include "experiments/text_data.h"
#include "experiments/trainer.h"
#include "tests/common/temporary_folder.h"
#include "tests/experiments/letters_recipe.h"
#include "tests/run_log_lines.h"
#include "tests/speech_store.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using tests::kLetters;

/// The sentences of (ab|cd)(ab|cd)(ab|cd)e.
std::vector<std::string> all_sentences() {
  std::vector<std::string> all;
  for (int i = 0; i < 8; ++i) {
    std::string sentence;
    for (int bit = 1; bit < 8; bit *= 2) {
      sentence += (i & bit) != 0 ? "ab" : "cd";
    }
    all.push_back(sentence + "e");
  }
  return all;
}

class LanguageTrainingTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { at::set_num_threads(1); }

  LanguageTrainingTest() {
    std::string train;
    std::string valid;
    for (const std::string& sentence : all_sentences()) {
      valid += sentence + "\n";
      for (int i = 0; i < 12; ++i) {
        train += sentence + "\n";
      }
    }
    write_file(folder_ / "train.txt", train);
    write_file(folder_ / "valid.txt", valid);
  }

  Recipe recipe(std::vector<std::string> overrides = {}) const {
    overrides.insert(
        overrides.begin(),
        {"data.train=[" + folder_ / "train.txt" + "]",
         "data.valid=[" + folder_ / "valid.txt" + "]"});
    Recipe recipe;
    read_yaml(kLetters, "letters.yaml", overrides, recipe);
    return recipe;
  }

  static std::vector<nlohmann::json> log_of(const std::string& run) {
    return tests::log_lines(run, "validation");
  }

  std::string fault_of(const Recipe& recipe) const {
    try {
      train(recipe, folder_ / "faulty", false);
    } catch (const Error& fault) {
      return fault.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(LanguageTrainingTest, LearnsARegularLanguage) {
  const std::string run = folder_ / "run";
  train(recipe(), run, false);
  const auto log = log_of(run);
  ASSERT_EQ(log.size(), 10U);
  EXPECT_LT(
      log[9].at("loss").at("total").get<double>(),
      0.5 * log[0].at("loss").at("total").get<double>());
  // Three choices of two in eight tokens: nothing can be better than 2^(3/8).
  const double least = std::pow(2.0, 3.0 / 8);
  double best = 1e9;
  for (const auto& line : log) {
    best = std::min(best, line.at("perplexity").get<double>());
  }
  EXPECT_GT(best, least - 1e-4);
  EXPECT_LT(best, 1.02 * least);
  const LoadedLanguageModel model = read_language_model(run + "/best.safetensors");
  EXPECT_EQ(model.card.name, "letters");
  EXPECT_EQ(model.card.tokens, datasets::english_characters());
  EXPECT_NEAR(score_texts(model, {folder_ / "valid.txt"}).per_token(), best, 1e-5);
}

TEST_F(LanguageTrainingTest, ARunStoppedAtEveryStepEndsAsIfUndisturbed) {
  Recipe two = recipe({"stages.0.epochs=2"});
  two.text_data.valid.clear();  // a validation that is stopped begins again
  const std::string undisturbed = folder_ / "undisturbed";
  const std::string stopped = folder_ / "stopped";
  train(two, undisturbed, false);
  catch_interrupts();
  std::raise(SIGTERM);  // and never forgotten: each call does one step and stops
  int stops = 0;
  for (bool done = false; !done && stops < 1000;) {
    try {
      train(two, stopped, /*resume=*/true);
      done = true;
    } catch (const Interrupted&) {
      ++stops;
    }
  }
  forget_interrupt();
  EXPECT_GT(stops, 10);
  tests::expect_equal_runs(undisturbed, stopped);
}

TEST_F(LanguageTrainingTest, WithoutValidationTheLossChooses) {
  const std::string run = folder_ / "run";
  Recipe blind = recipe({"stages.0.epochs=1"});
  blind.text_data.valid.clear();
  train(blind, run, false);
  EXPECT_FALSE(log_of(run)[0].contains("perplexity"));
  EXPECT_TRUE(std::filesystem::exists(run + "/best.safetensors"));
}

TEST_F(LanguageTrainingTest, AModelIsTrainedOn) {
  train(recipe(), folder_ / "first", false);
  const std::string model = folder_ / "first/best.safetensors";
  Recipe more = recipe_of_model(model);
  EXPECT_TRUE(more.of_language_model());
  EXPECT_EQ(more.language_model.dim, 16);
  more.text_data = recipe().text_data;
  more.text_stages[0].epochs = 1;
  more.text_stages[0].learning_rate = 1e-6;
  train(more, folder_ / "second", false);
  EXPECT_NEAR(
      log_of(folder_ / "second")[0].at("perplexity").get<double>(),
      score_texts(read_language_model(model), {folder_ / "valid.txt"}).per_token(),
      1e-3);
}

TEST_F(LanguageTrainingTest, TextsOfAStore) {
  tests::write_speech_store(folder_ / "store");
  write_file(folder_ / "store/store.json", R"({"text_rules": "english-1"})");
  write_file(folder_ / "valid_ids.txt", "clip8\nclip9\n");
  Recipe recipe;
  read_yaml(
      kLetters,
      "letters.yaml",
      {"data.store=" + folder_ / "store", "data.valid=[" + folder_ / "valid_ids.txt" + "]"},
      recipe);
  const datasets::Store store(folder_ / "store");
  const TextData data = load_text_data(recipe);
  EXPECT_EQ(data.text_rules, "english-1");
  EXPECT_EQ(data.valid->sentences().size(), 2U);
  ASSERT_EQ(data.train->sentences().size(), store.manifest().size() - 2);
  const SentenceIds& sentences = data.valid->sentences();
  EXPECT_EQ(
      data.tokenizer->decode({sentences.ids(0), sentences.ids(0) + sentences.length(0)}),
      store.entry("clip8").text);
  recipe.text_data.train = recipe.text_data.valid;
  EXPECT_EQ(load_text_data(recipe).train->sentences().size(), 2U);
}

TEST_F(LanguageTrainingTest, LongSentencesAreLeftOutOfTraining) {
  write_file(folder_ / "train.txt", "abc\nabcd\nab\n");
  const TextData data = load_text_data(recipe({"data.longest=3"}));
  EXPECT_EQ(data.train->sentences().size(), 2U);
  EXPECT_EQ(data.left_out, 1);
  EXPECT_EQ(data.valid->sentences().size(), 8U);
}

TEST_F(LanguageTrainingTest, Faults) {
  write_file(folder_ / "capital.txt", "ab\nAB\n");
  EXPECT_NE(
      fault_of(recipe({"data.train=[" + folder_ / "capital.txt" + "]"}))
          .find("capital.txt:2: text 'AB'"),
      std::string::npos);
  write_file(folder_ / "empty.txt", "\n");
  EXPECT_NE(
      fault_of(recipe({"data.train=[" + folder_ / "empty.txt" + "]"})).find("found none"),
      std::string::npos);
  EXPECT_NE(
      fault_of(recipe({"data.train=[]"})).find("data.train: expected text files"),
      std::string::npos);
  EXPECT_NE(fault_of(recipe({"data.train=[nowhere.txt]"})).find("nowhere.txt"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "faulty"));
  EXPECT_THROW(recipe({"stages=[]"}), ConfigError);
  EXPECT_THROW(recipe({"language_model.heads=3"}), ConfigError);
  EXPECT_THROW(recipe({"model.stream_ctc=true"}), ConfigError);  // a recogniser's
  EXPECT_THROW(recipe({"stages.0.streams=av"}), ConfigError);
}

}  // namespace
}  // namespace sotto::experiments
