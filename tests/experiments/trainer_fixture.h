#pragma once

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "experiments/trainer.h"
#include "tests/common/temporary_folder.h"
#include "tests/run_log_lines.h"
#include "tests/speech_store.h"
#include "tests/tiny_recipe.h"

namespace sotto::experiments {

using Overrides = std::vector<std::string>;

/// Trainings of a tiny recipe on a store of a few clips.
class TrainerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    at::set_num_threads(2);
    folder_ = new TemporaryFolder;
    tests::write_speech_store(*folder_ / "store");
    write_file(*folder_ / "valid.txt", "clip8\nclip9\n");
  }
  static void TearDownTestSuite() { delete folder_; }

  /// A folder for one more run.
  static std::string new_run() {
    static int runs = 0;
    return *folder_ / "run" + std::to_string(++runs);
  }

  static Recipe recipe_of(const Overrides& overrides = {}) {
    return tests::tiny_recipe(*folder_ / "store", overrides);
  }

  static Overrides with_validation(Overrides overrides = {}) {
    overrides.push_back("data.valid=" + *folder_ / "valid.txt");
    return overrides;
  }

  static std::vector<nlohmann::json> log_of(const std::string& run) {
    return tests::log_lines(run, "validation");
  }

  inline static TemporaryFolder* folder_ = nullptr;
};

}  // namespace sotto::experiments
