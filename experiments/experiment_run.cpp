#include "experiments/experiment_run.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include <nlohmann/json.hpp>

#include "common/child_process.h"
#include "common/error.h"
#include "common/files.h"
#include "common/folder_lock.h"
#include "common/interrupt.h"
#include "common/launcher.h"
#include "common/option_text.h"

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

constexpr const char* kGoOn = "train with --resume to go on";

class Runner {
 public:
  explicit Runner(const ExperimentRun& experiment)
      : experiment_(experiment),
        rank_(rank_of_launcher().index),
        alone_(rank_of_launcher().count <= 1) {}

  int run() {
    catch_interrupts();
    if (!experiment_.redo.empty() && !alone_) {
      throw ConfigError("train: --redo: expected one process, which is to decide it; go on with more afterwards");
    }
    begin();
    std::optional<FolderLock> lock;
    if (first()) {
      lock.emplace(experiment_.run, "another process runs an experiment in it", ".experiment-lock");
    }
    if (first()) {
      note_failure(0);
      prepare_steps(lock);
    }
    for (size_t i = 0; i < experiment_.steps.size(); ++i) {
      const PlannedStep& step = experiment_.steps[i];
      if (is_done(step)) {
        continue;
      }
      throw_if_interrupted(kGoOn);
      if (first()) {
        std::fprintf(
            stderr, "step %zu of %zu: %s\n", i + 1, experiment_.steps.size(), step.name.c_str());
      }
      const int code = step.command.empty() ? train(step) : command(step);
      if (first()) {
        code == 0 ? mark_done(step) : note_failure(code);
      }
      if (code == 75 || code == 130) {
        if (first() && !step.command.empty()) {
          std::fprintf(
              stderr, "sotto: step %s was stopped; %s\n", step.name.c_str(), kGoOn);
        }
        return code;  // a training that was stopped has said so
      }
      throw_if_interrupted(kGoOn);  // a step that was stopped before it could has another code
      if (code != 0) {
        if (first()) {
          std::fprintf(
              stderr,
              "sotto: step %s ended with exit code %d; train with --resume goes on with it\n",
              step.name.c_str(),
              code);
        }
        return code;
      }
    }
    return 0;
  }

 private:
  bool first() const { return rank_ == 0; }
  std::string inside(const std::string& name) const { return experiment_.run + "/" + name; }
  std::string list() const { return inside("experiment.json"); }

  void begin() {
    is_new_ = !fs::exists(experiment_.run);
    const bool exists = !is_new_ && !fs::is_empty(experiment_.run);
    if (first() && exists && !experiment_.resume && experiment_.redo.empty()) {
      throw ConfigError(
          experiment_.run + ": exists already; add --resume to go on, or choose another --out");
    }
    fs::create_directories(experiment_.run);
  }

  nlohmann::json state() const {
    if (!fs::exists(list())) {
      return {{"version", 1}, {"done", nlohmann::json::object()}};
    }
    auto document = nlohmann::json::parse(read_file(list()), nullptr, false);
    if (!document.is_object() || !document.contains("done") || !document["done"].is_object()) {
      throw DataError(list() + ": expected the list of an experiment's steps");
    }
    return document;
  }

  bool is_done(const PlannedStep& step) const {
    const auto steps = state().at("done");
    const auto found = steps.find(step.name);
    if (found == steps.end()) {
      return false;
    }
    if (*found != step.fingerprint) {
      throw ConfigError(
          experiment_.run + ": the step " + step.name +
          " was done as the experiment said before; --redo " + step.name +
          " does it again, with all that needs it; or choose another --out");
    }
    return true;
  }

  void mark_done(const PlannedStep& step) const {
    auto document = state();
    document["done"][step.name] = step.fingerprint;
    write_file(list(), document.dump(1) + "\n");
  }

  /// Takes back that the steps of `redo` and those that need them are done.
  void forget_steps() const {
    std::set<std::string> again(experiment_.redo.begin(), experiment_.redo.end());
    for (const std::string& name : again) {
      const bool known = std::any_of(
          experiment_.steps.begin(), experiment_.steps.end(),
          [&](const PlannedStep& step) { return step.name == name; });
      if (!known) {
        Strings names;
        for (const PlannedStep& step : experiment_.steps) {
          names.push_back(step.name);
        }
        throw ConfigError("train: --redo " + name + ": expected one of " + join(names, ", "));
      }
    }
    auto document = state();
    for (const PlannedStep& step : experiment_.steps) {
      const bool needs = std::any_of(step.needs.begin(), step.needs.end(), [&](const auto& need) {
        return again.count(need) > 0;
      });
      if (needs || again.count(step.name) > 0) {
        again.insert(step.name);
        document["done"].erase(step.name);
        document["again"].push_back(step.name);
      }
    }
    if (!again.empty()) {
      write_file(list(), document.dump(1) + "\n");
    }
  }

  /// Removes the trainings that are to be done again, also after a start that got no further.
  void remove_forgotten() const {
    auto document = state();
    const auto again = document.find("again");
    if (again == document.end()) {
      return;
    }
    for (const PlannedStep& step : experiment_.steps) {
      if (step.command.empty() && std::count(again->begin(), again->end(), step.name) > 0) {
        fs::remove_all(inside(step.name));
      }
    }
    document.erase("again");
    write_file(list(), document.dump(1) + "\n");
  }

  static double now_s() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  }

  /// Tells the other processes, which wait, that the first one goes. @param code  0: nothing failed
  void note_failure(int code) const {
    auto document = state();
    if (code == 0 && !document.contains("failed")) {
      return;
    }
    document.erase("failed");
    if (code != 0) {
      document["failed"] = {{"code", code}, {"time_s", now_s()}};
    }
    write_file(list(), document.dump(1) + "\n");
  }

  /// The code with which the first process went since this one began; 0: it is still there.
  int failure() const {
    const auto document = state();
    const auto failed = document.find("failed");
    return failed != document.end() && failed->at("time_s").get<double>() >= began_s_
               ? failed->at("code").get<int>()
               : 0;
  }

  std::string recipe_file(const PlannedStep& step) const { return inside(step.name + ".yaml"); }

  /// What cannot be used changes nothing, and leaves no folder that keeps the next try from starting.
  void prepare_steps(std::optional<FolderLock>& lock) const {
    const std::string before = state().dump(1) + "\n";
    try {
      forget_steps();
      check_steps();
    } catch (const Error&) {
      if (is_new_ && alone_) {
        lock.reset();
        fs::remove_all(experiment_.run);
      } else {
        write_file(list(), before);
        if (!alone_) {
          note_failure(interrupt_signal() != 0 ? 75 : 2);
        }
      }
      throw;
    }
    remove_forgotten();
  }

  /// Has all recipes and command lines read: a typing error should not wait for the step's turn.
  void check_steps() const {
    for (const PlannedStep& step : experiment_.steps) {
      if (is_done(step)) {
        continue;
      }
      ChildOptions options = alone();
      Strings words = {experiment_.program};
      if (step.command.empty()) {
        write_file(recipe_file(step), step.recipe);
        words.insert(words.end(), {"recipe", recipe_file(step), "--beside", step.beside});
        words.insert(words.end(), step.set.begin(), step.set.end());
      } else {
        words.insert(words.end(), step.command.begin(), step.command.end());
        options.environment = {"SOTTO_ONLY_PARSE=1"};
      }
      const int code = ChildProcess(words, options).wait();
      throw_if_interrupted("nothing was begun");
      if (code != 0) {
        throw ConfigError(
            "train: the " + std::string(step.command.empty() ? "recipe" : "command") + " of step " +
            step.name + " cannot be used" +
            (step.set.empty() ? "" : "; `set` is what it takes from a command line"));
      }
    }
  }

  /// By all processes.
  int train(const PlannedStep& step) const {
    write_file(recipe_file(step), step.recipe);  // the first process' may not be there yet
    Strings words = {experiment_.program, "train", recipe_file(step), "--beside", step.beside,
                     "--out", inside(step.name), "--resume"};
    words.insert(words.end(), step.set.begin(), step.set.end());
    words.insert(words.end(), experiment_.train_words.begin(), experiment_.train_words.end());
    if (experiment_.processes > 1) {
      words.insert(words.end(), {"--processes", std::to_string(experiment_.processes)});
    }
    ChildOptions options;
    options.environment = {"SOTTO_MEETING=" + step.name};  // trainings must not meet each other's
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

  /// Until the first process has done a step, or failed.
  int wait_for(const PlannedStep& step) const {
    while (!is_done(step)) {
      throw_if_interrupted(kGoOn);
      if (const int code = failure(); code != 0) {
        return code;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return 0;
  }

  const ExperimentRun& experiment_;
  int64_t rank_;
  bool alone_;
  bool is_new_ = false;
  double began_s_ = now_s();
};

}  // namespace

int run_experiment(const ExperimentRun& experiment) {
  return Runner(experiment).run();
}

}  // namespace sotto::experiments
