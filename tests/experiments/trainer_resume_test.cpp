// Trainings that are stopped and go on.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/resource.h>

#include "common/error.h"
#include "common/interrupt.h"
#include "experiments/trainer.h"
#include "tests/experiments/trainer_fixture.h"
#include "tests/message_of.h"
#include "tests/run_log_lines.h"

namespace sotto::experiments {
namespace {

using tests::expect_equal_runs;

/// Trains with a resume behind every step. @return how often it was stopped.
int train_step_by_step(const Recipe& recipe, const std::string& run) {
  catch_interrupts();
  std::raise(SIGTERM);  // and never forgotten: each call does one step and stops
  int stops = 0;
  for (bool done = false; !done && stops < 1000;) {
    try {
      train(recipe, run, /*resume=*/true);
      done = true;
    } catch (const Interrupted& stop) {
      EXPECT_EQ(stop.signal(), SIGTERM);
      ++stops;
    }
  }
  forget_interrupt();
  return stops;
}

void stop_behind_a_step(const Recipe& recipe, const std::string& run) {
  catch_interrupts();
  std::raise(SIGTERM);
  EXPECT_THROW(train(recipe, run, false), Interrupted);
  forget_interrupt();
}

TEST_F(TrainerTest, ARunStoppedAtEveryStepEndsAsIfUndisturbed) {
  const std::string undisturbed = new_run();
  train(recipe_of(), undisturbed, false);
  const std::string stopped = new_run();
  EXPECT_GT(train_step_by_step(recipe_of(), stopped), 10);
  expect_equal_runs(undisturbed, stopped);
}

/// Trains until a while after the first epoch; true if the run was stopped before its end.
bool train_and_stop(const Recipe& recipe, const std::string& run, std::chrono::milliseconds wait) {
  catch_interrupts();
  std::atomic<bool> ended{false};
  std::thread killer([&] {
    while (!ended && !std::filesystem::exists(run + "/log.jsonl")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(wait);
    if (!ended) {
      std::raise(SIGTERM);
    }
  });
  bool stopped = false;
  try {
    train(recipe, run, false);
  } catch (const Interrupted&) {
    stopped = true;
  }
  ended = true;
  killer.join();
  forget_interrupt();
  return stopped;
}

TEST_F(TrainerTest, ARunStoppedAnywhereEndsAsIfUndisturbed) {
  const Recipe recipe = recipe_of(with_validation({"stages.1.epochs=4"}));
  const std::string undisturbed = new_run();
  train(recipe, undisturbed, false);
  int stops = 0;
  for (const int wait_ms : {0, 30, 90}) {
    const std::string stopped = new_run();
    stops += train_and_stop(recipe, stopped, std::chrono::milliseconds(wait_ms)) ? 1 : 0;
    train(recipe, stopped, true);
    expect_equal_runs(undisturbed, stopped);
  }
  EXPECT_GT(stops, 0);
}

TEST_F(TrainerTest, AnExistingRunNeedsResume) {
  const std::string run = new_run();
  const Overrides quick = {"stages.0.epochs=1", "stages.1.epochs=1"};
  std::filesystem::create_directories(run);  // an empty folder is no run
  train(recipe_of(quick), run, false);
  try {
    train(recipe_of(quick), run, false);
    FAIL() << "began again";
  } catch (const ConfigError& fault) {
    EXPECT_NE(std::string(fault.what()).find("--resume"), std::string::npos);
  }
  const std::string before = read_file(run + "/last.safetensors");
  train(recipe_of(quick), run, true);  // finished: nothing is left to do
  EXPECT_EQ(read_file(run + "/last.safetensors"), before);
  EXPECT_EQ(log_of(run).size(), 2U);
  const std::string fresh = new_run();
  train(recipe_of(quick), fresh, true);  // no checkpoint: it starts
  expect_equal_runs(run, fresh);
}

TEST_F(TrainerTest, TheVocabularyIsTheTokensNotTheirFile) {
  std::string units;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    units += std::string(1, letter) + " " + std::to_string(letter - 'a' + 1) + "\n";
  }
  units += "<space> 27\n";
  const auto recipe_with = [](const std::string& file, int epochs) {
    return recipe_of(
        {"tokenizer.units=" + file, "stages.0.epochs=1",
         "stages.1.epochs=" + std::to_string(epochs)});
  };
  const std::string run = new_run();
  const std::string near = *folder_ / "units.txt";
  write_file(near, units);
  write_file(near + ".copy", units);
  stop_behind_a_step(recipe_with(near, 3), run);
  std::swap(units[0], units[4]);  // a and b
  write_file(near, units);
  try {
    train(recipe_with(near, 3), run, true);
    FAIL() << "went on with other tokens";
  } catch (const ConfigError& fault) {
    EXPECT_NE(std::string(fault.what()).find("vocabulary"), std::string::npos) << fault.what();
  }
  train(recipe_with(near + ".copy", 3), run, true);
}

TEST_F(TrainerTest, WhatARunStartedFromMayBeGone) {
  const std::string first = new_run();
  train(recipe_of({"stages.0.epochs=1", "stages.1.epochs=1"}), first, false);
  const Overrides overrides = {"start.model=" + first + "/last.safetensors", "stages.0.epochs=1"};
  const std::string run = new_run();
  stop_behind_a_step(recipe_of(overrides), run);
  std::filesystem::remove_all(first);
  train(recipe_of(overrides), run, true);
}

TEST_F(TrainerTest, ACheckpointThatDoesNotFitIsRefused) {
  const std::string run = new_run();
  const Overrides quick = {"stages.0.epochs=1", "stages.1.epochs=1"};
  train(recipe_of(quick), run, false);
  const auto fault_of = [&](Recipe recipe) -> std::string {
    recipe.stages.push_back(recipe.stages.back());  // so that something is left to do
    try {
      train(recipe, run, true);
    } catch (const Error& fault) {
      return fault.what();
    }
    return "";
  };
  Overrides wider = quick;
  wider.push_back("model.fusion.hidden=32");
  const std::string recipe = read_file(run + "/recipe.yaml");
  EXPECT_NE(
      fault_of(recipe_of(wider))
          .find("changed: model.fusion.hidden 24 -> 32; choose another --out"),
      std::string::npos);
  EXPECT_EQ(read_file(run + "/recipe.yaml"), recipe);
  train(recipe_of(wider), run, true);  // nothing is left to do, whatever it says
  EXPECT_EQ(read_file(run + "/recipe.yaml"), recipe);
  std::filesystem::remove(run + "/recipe.yaml");
  EXPECT_NE(fault_of(recipe_of(wider)).find("fusion.fc1.weight: expected"), std::string::npos);
  write_file(run + "/recipe.yaml", recipe);

  const std::string checkpoint = run + "/checkpoints/last.safetensors";
  const std::string whole = read_file(checkpoint);
  std::string damaged = whole;
  damaged[whole.size() - 100] = static_cast<char>(damaged[whole.size() - 100] ^ 0x10);
  write_file(checkpoint, damaged);
  EXPECT_NE(fault_of(recipe_of(quick)).find("checksum"), std::string::npos);
  write_file(checkpoint, whole.substr(0, whole.size() / 2));
  EXPECT_NE(fault_of(recipe_of(quick)), "");
  write_file(checkpoint, whole);
  EXPECT_EQ(fault_of(recipe_of(quick)), "");
}

TEST_F(TrainerTest, AnAverageIsKeptThroughARun) {
  const auto resumed = [](const std::string& first, const std::string& then) -> std::string {
    const std::string run = new_run();
    const Overrides quick = {"stages.0.epochs=1", "stages.1.epochs=1"};
    Overrides before = quick;
    before.push_back("optimiser.ema=" + first);
    train(recipe_of(before), run, false);
    Overrides after = quick;
    after.push_back("optimiser.ema=" + then);
    Recipe recipe = recipe_of(after);
    recipe.stages.push_back(recipe.stages.back());
    recipe.stages.back().name = "more";
    return tests::message_of([&] { train(recipe, run, true); });
  };
  EXPECT_NE(resumed("0.9", "0").find("optimiser.ema cannot change"), std::string::npos);
  EXPECT_NE(resumed("0", "0.9").find("optimiser.ema cannot change"), std::string::npos);
  EXPECT_EQ(resumed("0.9", "0.8"), "");
}

TEST_F(TrainerTest, AveragesResumeToTheSameBytes) {
  const Recipe recipe =
      recipe_of({"optimiser.ema=0.95", "stages.0.average=2", "stages.1.average=2", "log_every=3"});
  const std::string undisturbed = new_run();
  train(recipe, undisturbed, false);
  const std::string stopped = new_run();
  EXPECT_GT(train_step_by_step(recipe, stopped), 10);
  expect_equal_runs(undisturbed, stopped);
}

TEST_F(TrainerTest, AFullDiskKeepsTheLastCheckpoint) {
  const std::string run = new_run();
  const Recipe recipe = recipe_of(with_validation({"stages.0.epochs=1"}));
  train_and_stop(recipe, run, std::chrono::milliseconds(0));
  const std::string whole = read_file(run + "/checkpoints/last.safetensors");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = whole.size() / 2;
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  std::string fault;
  try {
    train(recipe, run, true);
  } catch (const DataError& error) {
    fault = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_NE(fault.find("safetensors"), std::string::npos) << fault;
  EXPECT_EQ(read_file(run + "/checkpoints/last.safetensors"), whole);
  train(recipe, run, true);
  const std::string undisturbed = new_run();
  train(recipe, undisturbed, false);
  expect_equal_runs(undisturbed, run);
}

}  // namespace
}  // namespace sotto::experiments
