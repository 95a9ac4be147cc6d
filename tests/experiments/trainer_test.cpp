#include "experiments/trainer.h"

#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "datasets/shards/pack.h"
#include "experiments/model_file.h"
#include "experiments/training_data.h"
#include "experiments/weight_average.h"
#include "tests/experiments/trainer_fixture.h"
#include "tests/tensors.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;
using tests::expect_equal_runs;

TEST_F(TrainerTest, TheLossFalls) {
  const std::string run = new_run();
  train(
      recipe_of(with_validation(
          {"stages.0.epochs=6", "stages.1.epochs=6", "noise.chance=0", "noise.only=0"})),
      run,
      false);
  const std::vector<json> log = log_of(run);
  ASSERT_EQ(log.size(), 12U);
  const auto loss = [&](size_t epoch) { return log[epoch].at("loss").at("total").get<double>(); };
  EXPECT_LT(loss(5), 0.7 * loss(0));
  EXPECT_LT(loss(11), 0.8 * loss(6));
  EXPECT_EQ(log[0].at("stage"), "streams");
  EXPECT_EQ(log[11].at("epoch"), 6);
  EXPECT_EQ(log[0].at("wer").size(), 2U);  // no head hears both streams yet
  EXPECT_EQ(log[11].at("wer").size(), 3U);
  const LoadedModel model = read_model(run + "/best.safetensors");
  EXPECT_EQ(model.card.name, "tiny");
  EXPECT_EQ(model.card.decode.beam, 3);
  EXPECT_EQ(model.card.model.label_classes, 5);  // four words and silence
  EXPECT_TRUE(model.network->labels);
  EXPECT_EQ(model.card.label_words, (std::vector<std::string>{"by", "go", "no", "up"}));
}

TEST_F(TrainerTest, TheSameSeedGivesTheSameBytes) {
  const std::string one = new_run();
  const std::string two = new_run();
  const std::string other_seed = new_run();
  train(recipe_of(with_validation()), one, false);
  train(recipe_of(with_validation({"data.loader.workers=5"})), two, false);
  train(recipe_of(with_validation({"seed=4"})), other_seed, false);
  expect_equal_runs(one, two);
  EXPECT_NE(read_file(one + "/last.safetensors"), read_file(other_seed + "/last.safetensors"));
}

TEST_F(TrainerTest, APackedStoreTrainsAsItsClipsDo) {
  datasets::PackOptions packing;
  packing.store = *folder_ / "store";
  packing.out = *folder_ / "packed";
  datasets::pack(packing);
  const std::string clips = new_run();
  const std::string shards = new_run();
  train(recipe_of(with_validation()), clips, false);
  train(recipe_of(with_validation({"data.store=" + packing.out})), shards, false);
  EXPECT_EQ(tests::whole_log(clips), tests::whole_log(shards));
  EXPECT_EQ(read_file(clips + "/last.safetensors"), read_file(shards + "/last.safetensors"));
}

TEST_F(TrainerTest, LinesOfTheLogAreMeansOfTheirSteps) {
  const std::string often = new_run();
  const std::string seldom = new_run();
  train(recipe_of({"log_every=1"}), often, false);
  train(recipe_of({"log_every=2"}), seldom, false);
  const auto training = [&](const std::string& run) {
    std::vector<json> lines;
    for (const json& line : tests::log_lines(run, "train")) {
      if (line.at("stage") == "streams") {
        lines.push_back(line);
      }
    }
    return lines;
  };
  const auto single = training(often);
  const auto pairs = training(seldom);
  ASSERT_GE(single.size(), 4U);
  ASSERT_EQ(pairs.size(), single.size() / 2);
  const auto total = [](const json& line) { return line.at("loss").at("total").get<double>(); };
  for (size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_NEAR(total(pairs[i]), (total(single[2 * i]) + total(single[2 * i + 1])) / 2, 1e-6);
    EXPECT_EQ(pairs[i].at("step"), 2 * (i + 1));
    EXPECT_GT(pairs[i].at("gradient_norm").get<double>(), 0);
  }
}

/// Sum over a model's weights of |a - b|.
double distance(const TensorMap& a, const TensorMap& b) {
  double sum = 0;
  for (const auto& [name, value] : a) {
    if (value.is_floating_point()) {
      sum += (value - b.at(name)).abs().sum().item<double>();
    }
  }
  return sum;
}

TEST_F(TrainerTest, AStageCanEndWithTheMeanOfItsEpochs) {
  const Overrides overrides = {"stages.1.epochs=5", "log_every=1"};
  const std::string plain = new_run();
  const std::string mean = new_run();
  Overrides with_mean = with_validation(overrides);
  train(recipe_of(with_mean), plain, false);
  with_mean.push_back("stages.1.average=3");
  train(recipe_of(with_mean), mean, false);
  std::vector<std::string> kept;
  for (const char* number : {"3", "4", "5"}) {
    kept.push_back(mean + "/checkpoints/epoch-1-0000" + number + ".safetensors");
    ASSERT_TRUE(std::filesystem::exists(kept.back())) << kept.back();
  }
  EXPECT_FALSE(std::filesystem::exists(mean + "/checkpoints/epoch-1-00002.safetensors"));
  const TensorMap last = read_contents(mean + "/last.safetensors").tensors;
  EXPECT_EQ(distance(last, mean_weights(kept)), 0);
  EXPECT_GT(distance(last, read_contents(plain + "/last.safetensors").tensors), 0);
  const json line = log_of(mean).back();
  EXPECT_EQ(line.at("averaged"), 3);
  EXPECT_EQ(line.at("epoch"), 5);
  EXPECT_FALSE(line.contains("loss"));
}

TEST_F(TrainerTest, AnExponentialAverageIsWhatIsKept) {
  const Overrides overrides = with_validation({"optimiser.ema=0.9", "stages.1.epochs=3"});
  const std::string run = new_run();
  train(recipe_of(overrides), run, false);
  const TensorMap model = read_contents(run + "/last.safetensors").tensors;
  // The last checkpoint is the beginning of no further stage: it starts from the average.
  TensorMap weights;
  for (const auto& [name, value] : read_tensors(run + "/checkpoints/last.safetensors")) {
    if (name.rfind("model.", 0) == 0) {
      weights[name.substr(6)] = value;
    }
  }
  EXPECT_EQ(distance(model, weights), 0);
  const std::string plain = new_run();
  train(recipe_of(with_validation({"stages.1.epochs=3"})), plain, false);
  EXPECT_GT(distance(model, read_contents(plain + "/last.safetensors").tensors), 0);
}

TEST_F(TrainerTest, AStageEndsWhenNothingGetsBetter) {
  const std::string run = new_run();
  // Without any step in the right direction the error stays where the first validation found it.
  train(
      recipe_of(with_validation(
          {"stages.0.epochs=1",
           "stages.1.epochs=40",
           "stages.1.learning_rate=0",
           "stages.1.patience=2",
           "stages.1.loss.audio_only=0",
           "stages.1.loss.video_only=0"})),
      run,
      false);
  const auto log = log_of(run);
  EXPECT_LT(log.size(), 12U);
  EXPECT_GE(log.size(), 4U);
}

TEST_F(TrainerTest, FrozenPartsStayAndLongClipsWait) {
  const std::string run = new_run();
  train(recipe_of({"stages.0.epochs=1", "stages.1.epochs=1"}), run, false);
  const TensorMap before = read_contents(run + "/last.safetensors").tensors;
  const std::string tuned = new_run();
  train(
      recipe_of(
          {"start.model=" + run + "/last.safetensors",
           "stages.0.epochs=1",
           "stages.1.epochs=1",
           "stages.0.freeze=[frontend, encoder]",
           "stages.1.freeze=[frontend, encoder]"}),
      tuned,
      false);
  const TensorMap after = read_contents(tuned + "/last.safetensors").tensors;
  for (const auto& [name, value] : before) {
    const bool frozen = name.rfind("frontend.", 0) == 0 || name.rfind("encoder.", 0) == 0;
    if (value.is_floating_point() && (frozen || name == "ctc.ctc_lo.weight")) {
      EXPECT_EQ(value.equal(after.at(name)), frozen) << name;
    }
  }
  EXPECT_THROW(train(recipe_of({"stages.0.freeze=[nothing]"}), new_run(), false), ConfigError);
  EXPECT_THROW(train(recipe_of({"stages.0.longest_frames=1"}), new_run(), false), DataError);
  EXPECT_THROW(
      train(recipe_of({"optimiser.groups=[{parts: [nothing]}]"}), new_run(), false), ConfigError);
}

TEST_F(TrainerTest, WhatIsTrainedIsValidated) {
  const std::string run = new_run();
  train(
      recipe_of(with_validation(
          {"stages.0.epochs=1", "stages.0.loss={av: 1}", "stages.1.epochs=1",
           "stages.1.loss={av: 1, video_only: 0.3}"})),
      run, false);
  const std::vector<json> log = log_of(run);
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].at("wer").size(), 1U);
  EXPECT_TRUE(log[0].at("wer").contains("av"));
  EXPECT_EQ(log[1].at("wer").size(), 2U);
  EXPECT_FALSE(log[1].at("wer").contains("a"));
}

TEST_F(TrainerTest, WithoutCtcTheDecoderValidates) {
  const std::string run = new_run();
  train(
      recipe_of(with_validation(
          {"model.ctc=false", "stages.0.epochs=1", "stages.1.epochs=1",
           "stages.1.loss={av: 1, ctc_weight: 0}"})),
      run, false);
  EXPECT_TRUE(log_of(run)[1].at("wer").contains("av"));
}

TEST_F(TrainerTest, AModelSaysHowLongItsClipsWere) {
  const auto longest_with = [](const Overrides& overrides) {
    const std::string run = new_run();
    Overrides all = with_validation(overrides);
    all.insert(all.end(), {"stages.0.epochs=1", "stages.1.epochs=1"});
    train(recipe_of(all), run, false);
    return read_model(run + "/last.safetensors").card.longest_s;
  };
  const double longest = longest_with({});
  const auto shorter = static_cast<int64_t>(longest * 25 + 0.5) - 1;
  const std::string most = ".longest_frames=" + std::to_string(shorter);
  EXPECT_EQ(longest_with({"stages.0" + most}), longest);
  const double cut = longest_with({"stages.0" + most, "stages.1" + most});
  EXPECT_LT(cut, longest);
  EXPECT_GT(cut, 0);
}

TEST_F(TrainerTest, StagesOfSingleStreams) {
  const std::string run = new_run();
  train(
      recipe_of(with_validation(
          {"stages.0.streams=v",
           "stages.0.epochs=1",
           "stages.1.streams=a",
           "stages.1.epochs=1",
           "stages.1.loss={av: 0, stream_ctc: 1}"})),
      run,
      false);
  const std::vector<json> log = log_of(run);
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].at("wer").size(), 1U);
  EXPECT_TRUE(log[0].at("wer").contains("v"));
  EXPECT_TRUE(log[1].at("wer").contains("a"));
  EXPECT_FALSE(log[0].at("loss").contains("ctc_audio"));
}

TEST_F(TrainerTest, ClipsWithoutAStageStreamWaitAndAreRead) {
  const std::string store = *folder_ / "mixed";
  std::vector<datasets::Utterance> clips;
  for (int64_t i = 0; i < 9; ++i) {
    const auto clip = tests::spoken_utterance(
        "clip" + std::to_string(i), {i % 2 == 0 ? "go" : "no", "up"}, static_cast<uint64_t>(i + 1));
    clips.push_back(
        i % 3 == 0 ? clip : i % 3 == 1 ? tests::without_lips(clip) : tests::without_sound(clip));
  }
  tests::write_store(store, clips);
  write_file(*folder_ / "mixed.txt", "clip7\nclip8\n");
  const Overrides overrides = {
      "data.valid=" + *folder_ / "mixed.txt", "stages.0.streams=v", "stages.0.epochs=1",
      "stages.1.epochs=1", "data.loader.frames=30"};
  const std::string run = new_run();
  train(tests::tiny_recipe(store, overrides), run, false);
  const std::vector<json> log = log_of(run);
  ASSERT_EQ(log.size(), 2U);
  EXPECT_TRUE(log[0].at("wer").contains("v"));
  EXPECT_EQ(log[1].at("wer").size(), 3U);

  const Recipe recipe = tests::tiny_recipe(store, overrides);
  const TrainingData data = load_training_data(recipe, 0, 1);
  EXPECT_EQ(
      data.left_out,
      (std::map<std::string, std::string>{
          {"clip1", "it has no lips, which stage streams trains"},
          {"clip4", "it has no lips, which stage streams trains"}}));
  auto loader = stage_loader(recipe, data, recipe.stages[0]);
  std::set<std::string> seen;
  loader->start(0, 0, {});
  while (const auto batch = loader->next()) {
    seen.insert(batch->ids.begin(), batch->ids.end());
  }
  EXPECT_EQ(seen, (std::set<std::string>{"clip0", "clip2", "clip3", "clip5", "clip6"}));
}

TEST_F(TrainerTest, LabelsFitTheModel) {
  try {
    train(recipe_of({"model.label_classes=2"}), new_run(), false);
    FAIL() << "trained";
  } catch (const ConfigError& fault) {
    EXPECT_NE(std::string(fault.what()).find("give 5 frame labels"), std::string::npos);
  }
}

TEST_F(TrainerTest, FaultsLeaveNoRun) {
  const std::string run = new_run();
  EXPECT_THROW(train(tests::tiny_recipe(*folder_ / "nothing"), run, false), DataError);
  EXPECT_THROW(train(recipe_of({"data.train=" + *folder_ / "missing.txt"}), run, false), DataError);
  write_file(*folder_ / "strangers.txt", "nobody\n");
  EXPECT_THROW(
      train(recipe_of({"data.train=" + *folder_ / "strangers.txt"}), run, false), DataError);
  EXPECT_FALSE(std::filesystem::exists(run));
}

TEST_F(TrainerTest, ADamagedClipIsNamed) {
  const std::string store = *folder_ / "damaged";
  tests::write_speech_store(store);
  write_file(store + "/clips/clip3.mkv", "no clip");
  try {
    train(tests::tiny_recipe(store, {"noise.chance=0", "noise.only=0"}), new_run(), false);
    FAIL() << "trained";
  } catch (const DataError& fault) {
    EXPECT_NE(std::string(fault.what()).find("clip3.mkv"), std::string::npos) << fault.what();
  }
}

}  // namespace
}  // namespace sotto::experiments
