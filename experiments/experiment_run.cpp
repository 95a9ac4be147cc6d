#include "experiments/experiment_run.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "common/child_process.h"
#include "common/error.h"
#include "common/files.h"
#include "common/folder_lock.h"
#include "common/interrupt.h"
#include "common/launcher.h"
#include "common/yaml_values.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// Of commands, which one process runs.
ChildOptions alone() {
  ChildOptions options;
  options.capture = true;
  options.without_launcher = true;
  return options;
}

class Runner {
 public:
  explicit Runner(const ExperimentRun& experiment)
      : experiment_(experiment), rank_(rank_of_launcher().index) {}

  int run() {
    begin();
    std::optional<FolderLock> lock;
    if (first()) {
      lock.emplace(experiment_.run, "another process runs an experiment in it", ".experiment-lock");
    }
    check_recipes();
    for (size_t i = 0; i < experiment_.steps.size(); ++i) {
      const PlannedStep& step = experiment_.steps[i];
      if (is_done(step)) {
        continue;
      }
      if (first()) {
        std::fprintf(
            stderr, "step %zu of %zu: %s\n", i + 1, experiment_.steps.size(), step.name.c_str());
      }
      const int code = step.command.empty() ? train(step) : command(step);
      if (code != 0) {
        if (first() && code != 75 && code != 130) {
          std::fprintf(
              stderr,
              "sotto: step %s ended with exit code %d; train with --resume goes on with it\n",
              step.name.c_str(),
              code);
        }
        return code;
      }
      if (first()) {
        mark_done(step);
      }
    }
    return 0;
  }

 private:
  bool first() const { return rank_ == 0; }
  std::string inside(const std::string& name) const { return experiment_.run + "/" + name; }
  std::string list() const { return inside("experiment.json"); }

  void begin() {
    const bool exists = fs::exists(experiment_.run) && !fs::is_empty(experiment_.run);
    if (first() && exists && !experiment_.resume) {
      throw ConfigError(
          experiment_.run + ": exists already; add --resume to go on, or choose another --out");
    }
    fs::create_directories(experiment_.run);
  }

  std::map<std::string, std::string> done() const {
    if (!fs::exists(list())) {
      return {};
    }
    const auto document = nlohmann::json::parse(read_file(list()), nullptr, false);
    if (!document.is_object() || !document.contains("done")) {
      throw DataError(list() + ": expected the list of an experiment's steps");
    }
    return document.at("done").get<std::map<std::string, std::string>>();
  }

  bool is_done(const PlannedStep& step) const {
    const auto steps = done();
    const auto found = steps.find(step.name);
    if (found == steps.end()) {
      return false;
    }
    if (found->second != step.fingerprint()) {
      throw ConfigError(
          experiment_.run + ": the step " + step.name +
          " was done as the experiment said before; delete " + inside(step.name) + " and its line in " +
          list() + ", or choose another --out");
    }
    return true;
  }

  void mark_done(const PlannedStep& step) const {
    auto steps = done();
    steps[step.name] = step.fingerprint();
    write_file(list(), nlohmann::json{{"version", 1}, {"done", steps}}.dump(1) + "\n");
  }

  static bool is_language_model(const PlannedStep& step) {
    const auto values = yaml_values(step.recipe, step.name);
    return std::any_of(values.begin(), values.end(), [](const auto& value) {
      return value.first == "kind" && value.second == "language_model";
    });
  }

  std::string recipe_file(const PlannedStep& step) const { return inside(step.name + ".yaml"); }

  /// Writes all recipes and has each read: a typing error should not wait for the step's turn.
  void check_recipes() const {
    if (!first()) {
      return;
    }
    for (const PlannedStep& step : experiment_.steps) {
      if (!step.command.empty() || is_done(step)) {
        continue;
      }
      write_file(recipe_file(step), step.recipe);
      Strings words = {experiment_.program, "recipe", recipe_file(step), "--beside", step.beside};
      words.insert(words.end(), step.set.begin(), step.set.end());
      if (ChildProcess(words, alone()).wait() != 0) {
        throw ConfigError(experiment_.run + ": the recipe of step " + step.name + " cannot be used");
      }
    }
  }

  /// By all processes; a language model by one.
  int train(const PlannedStep& step) const {
    const bool alone_here = is_language_model(step);
    if (alone_here && !first()) {
      return wait_for(step);
    }
    Strings words = {experiment_.program, "train", recipe_file(step), "--beside", step.beside};
    words.insert(words.end(), step.set.begin(), step.set.end());
    for (const char* word : {"--out", "", "--resume"}) {
      words.emplace_back(*word == 0 ? inside(step.name) : word);
    }
    words.insert(words.end(), experiment_.train_words.begin(), experiment_.train_words.end());
    if (!alone_here && experiment_.processes > 1) {
      words.insert(words.end(), {"--processes", std::to_string(experiment_.processes)});
    }
    ChildOptions options;
    options.without_launcher = alone_here;
    return ChildProcess(words, options).wait();
  }

  int command(const PlannedStep& step) const {
    if (!first()) {
      return wait_for(step);
    }
    Strings words = {experiment_.program};
    words.insert(words.end(), step.command.begin(), step.command.end());
    ChildProcess child(words, alone());
    const int code = child.wait();
    std::fputs(child.output().c_str(), stdout);
    std::fflush(stdout);
    if (code == 0 && !child.output().empty()) {  // a command may write a file of that name itself
      write_file(inside(step.name + ".txt"), child.output());
    }
    return code;
  }

  /// Until the first process has done a step.
  int wait_for(const PlannedStep& step) const {
    catch_interrupts();
    while (!is_done(step)) {
      throw_if_interrupted("train with --resume to go on");
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return 0;
  }

  const ExperimentRun& experiment_;
  int64_t rank_;
};

}  // namespace

int run_experiment(const ExperimentRun& experiment) {
  return Runner(experiment).run();
}

}  // namespace sotto::experiments
