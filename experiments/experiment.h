#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/options.h"
#include "common/raw_yaml.h"

namespace sotto::experiments {

/// One step of an experiment: a training, or another command of sotto.
struct ExperimentStep : Options {
  std::string name;
  std::string base;             ///< as Experiment::base, in its place
  RawYaml recipe;               ///< of a training, over the shared one
  std::vector<std::string> set; ///< key.sub=value on top of it
  std::vector<int64_t> seeds;   ///< a training each
  std::string run;              ///< a command line of sotto without its name
  std::vector<std::string> each;

  void visit(OptionVisitor& v) override;
};

/// Several trainings and what is done with their models, in one file: what `sotto train` reads where
/// it says `kind: experiment`.
struct Experiment : Options {
  std::string kind = "experiment";
  std::string name = "unnamed";
  std::string about;
  std::string base;  ///< recipe file under all trainings; empty: none
  RawYaml recipe;    ///< shared by all trainings, over `base`
  std::vector<std::string> set;  ///< key.sub=value on top of each of them, last
  std::vector<ExperimentStep> steps;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Whether a recipe file is one of these. @throws ConfigError also if it is of no kind that there is,
/// DataError if it is not readable.
bool is_experiment(const std::string& path);

/// @param overrides  as of plan_experiment(). @throws ConfigError.
Experiment read_experiment(const std::string& path, const std::vector<std::string>& overrides);

/// One thing to do, with all names filled in.
struct PlannedStep {
  std::string name;       ///< of the step, with its seed or item behind it: "none-1"
  std::string recipe;     ///< YAML of a training; empty: a command
  std::vector<std::string> set;  ///< key.sub=value on top of it
  std::string beside;     ///< folder beside which the recipe's relative paths lie
  std::vector<std::string> command;  ///< words
  std::vector<std::string> needs;    ///< earlier steps whose files it names
  /// What tells it from the same step of an experiment in which it, or a step that it needs, was
  /// changed.
  std::string fingerprint;
};

/// What an experiment does, in order. In command lines and recipes `{run}` stands for the folder
/// `run`, `{beside}` for the folder of the base, `{data.store}` for that key of the shared recipe,
/// `{NAME}` for the best model of the training NAME (of all its seeds, where it is a word of
/// its own; of the same seed, in a recipe with seeds), `{each}` for the item of `each`. An item of
/// `each` that names a training with seeds stands for all of them.
///
/// @param overrides  key.sub=value of the experiment, or of the recipe that its trainings share
///                   (`data.store=stores/other` is `recipe.data.store=stores/other`), or of an
///                   item of a list in each training (`stages.0.epochs=3` is added to `set`).
/// @param recipes    folders where a `base` is looked for that lies neither beside the file nor in
///                   the working directory.
/// @throws ConfigError.
std::vector<PlannedStep> plan_experiment(
    const std::string& path,
    const std::vector<std::string>& overrides,
    const std::string& run,
    const std::vector<std::string>& recipes = {});

}  // namespace sotto::experiments
