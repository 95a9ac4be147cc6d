#include "experiments/experiment.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include "common/error.h"
#include "common/files.h"
#include "common/option_text.h"
#include "common/yaml_values.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

/// Trainings so far: what `{NAME}` stands for.
struct Models {
  std::map<std::string, Strings> names;  ///< of a step: its trainings, one a seed
  std::string run;

  static std::string file(const std::string& run, const std::string& training) {
    return run + "/" + training + "/best.safetensors";
  }
};

/// Replaces every {NAME} by what `value` knows of it. @throws ConfigError for what it does not.
std::string filled_in(
    const std::string& text,
    const std::string& where,
    const std::function<std::optional<std::string>(const std::string&)>& value) {
  std::string filled;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t end = text[i] == '{' ? text.find('}', i) : std::string::npos;
    const std::string name = end == std::string::npos ? "" : text.substr(i + 1, end - i - 1);
    const bool is_name = !name.empty() && name.find_first_of(" :,{\"'[") == std::string::npos;
    if (!is_name) {
      filled += text[i];
      continue;
    }
    const std::optional<std::string> found = value(name);
    if (!found) {
      throw ConfigError(
          where + ": {" + name + "} is neither run, beside, each, a key of the shared recipe nor an earlier "
          "training");
    }
    filled += *found;
    i = end;
  }
  return filled;
}

/// The words of a command line; quotes hold blanks together.
Strings words_of(const std::string& line, const std::string& where) {
  Strings words;
  std::string word;
  bool any = false;
  char quote = 0;
  for (const char c : line + " ") {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      if (any || !word.empty()) {
        words.push_back(word);
      }
      word.clear();
      any = false;
    } else {
      word += c;
    }
  }
  if (quote != 0) {
    throw ConfigError(where + ": a quote is not closed");
  }
  return words;
}

/// Whether an override is of the experiment itself, whose keys `defaults` has; if not, then of the
/// recipe that its trainings share.
bool is_own_key(const std::string& change, const std::string& defaults) {
  return ("\n" + defaults).find("\n" + change.substr(0, change.find_first_of(".=")) + ":") !=
         std::string::npos;
}

/// Whether a change is of one item of a list, as in stages.0.epochs. The shared recipe lies over its
/// base key by key and knows no items: such changes are made to each training when it is whole.
bool is_of_item(const std::string& change) {
  const std::string key = "." + change.substr(0, change.find('=')) + ".";
  for (size_t at = key.find('.'); at + 1 < key.size(); at = key.find('.', at + 1)) {
    const std::string part = key.substr(at + 1, key.find('.', at + 1) - at - 1);
    if (!part.empty() && part.find_first_not_of("0123456789") == std::string::npos) {
      return true;
    }
  }
  return false;
}

/// Whether a text names a path or something below it.
bool names_path(const std::string& text, const std::string& path) {
  for (size_t at = text.find(path); at != std::string::npos; at = text.find(path, at + 1)) {
    const size_t end = at + path.size();
    const bool goes_on = end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
                                               std::strchr("-_.", text[end]) != nullptr);
    if (!goes_on) {
      return true;
    }
  }
  return false;
}

/// Fills in what each step needs, and the fingerprints. A step's files are its folder or the output
/// of its name, and those paths in the folder `run` that a command names first.
void find_needs(const std::string& run, std::vector<PlannedStep>& steps) {
  struct File {
    std::string path;
    size_t step;
  };
  std::vector<File> files;
  for (size_t i = 0; i < steps.size(); ++i) {
    PlannedStep& step = steps[i];
    const std::string text = step.recipe + "\n" + join(step.set, "\n") + "\n" + join(step.command, "\n");
    std::set<size_t> needs;
    for (const File& file : files) {
      if (names_path(text, file.path)) {
        needs.insert(file.step);
      }
    }
    std::string needed;
    for (const size_t need : needs) {
      step.needs.push_back(steps[need].name);
      needed += "\n" + steps[need].fingerprint;
    }
    const std::string all = text + needed;
    step.fingerprint = checksum_hex(all.data(), all.size());
    files.push_back({run + "/" + step.name + (step.command.empty() ? "" : ".txt"), i});
    for (const std::string& word : step.command) {
      const bool inside = word.rfind(run + "/", 0) == 0;
      const bool known = std::any_of(files.begin(), files.end(), [&](const File& file) {
        return names_path(word, file.path);
      });
      if (inside && !known) {
        files.push_back({word.substr(0, word.find('#')), i});
      }
    }
  }
}

class Planner {
 public:
  Planner(
      const std::string& path, Experiment& experiment, const std::string& run, const Strings& recipes)
      : path_(path), experiment_(experiment), recipes_(recipes) {
    models_.run = run;
  }

  std::vector<PlannedStep> plan() {
    shared_ = merge_yaml(base_text(experiment_.base), experiment_.recipe.text);
    for (const auto& [key, value] : yaml_values(shared_, path_)) {
      values_[key] = value;
    }
    for (const std::string& change : experiment_.set) {  // on top of all trainings
      const size_t equals = change.find('=');
      if (equals != std::string::npos) {
        values_[change.substr(0, equals)] = change.substr(equals + 1);
      }
    }
    for (ExperimentStep& step : experiment_.steps) {
      step.run.empty() ? add_trainings(step) : add_commands(step);
    }
    find_needs(models_.run, planned_);
    return std::move(planned_);
  }

 private:
  std::string near(const std::string& file) const {
    const fs::path beside = fs::path(path_).parent_path() / file;
    if (fs::path(file).is_relative() && fs::exists(beside)) {
      return beside.string();
    }
    if (!fs::exists(file)) {
      for (const std::string& folder : recipes_) {
        const fs::path shipped = fs::path(folder) / file;
        if (fs::exists(shipped)) {
          return shipped.string();
        }
      }
    }
    return file;
  }

  std::string base_text(const std::string& base) const {
    return base.empty() ? "" : read_file(near(base), size_t{16} << 20);
  }

  /// The folder beside which relative paths of a base's recipe lie.
  std::string beside(const std::string& base) const {
    const fs::path folder = fs::path(base.empty() ? path_ : near(base)).parent_path();
    return folder.empty() ? "." : folder.string();
  }

  void add_trainings(const ExperimentStep& step) {
    // A base of the step's own is another kind of training, which shares nothing.
    const std::string recipe =
        merge_yaml(step.base.empty() ? shared_ : base_text(step.base), step.recipe.text);
    const Strings seeds = step.seeds.empty() ? Strings{""} : seed_names(step);
    for (size_t i = 0; i < seeds.size(); ++i) {
      PlannedStep planned;
      planned.name = step.name + seeds[i];
      planned.beside = beside(step.base.empty() ? experiment_.base : step.base);
      planned.recipe = filled_in(recipe, path_ + ": " + step.name, [&](const std::string& name) {
        return model(name, seeds[i]);
      });
      std::string own = "name: " + experiment_.name + "-" + planned.name + "\n";
      if (!seeds[i].empty()) {
        own += "seed: " + std::to_string(step.seeds[i]) + "\n";
      }
      planned.recipe = merge_yaml(planned.recipe, own);
      planned.set = step.set;
      if (step.base.empty()) {
        planned.set.insert(planned.set.end(), experiment_.set.begin(), experiment_.set.end());
      }
      planned_.push_back(std::move(planned));
      models_.names[step.name].push_back(planned_.back().name);
      if (!seeds[i].empty()) {
        models_.names[planned_.back().name] = {planned_.back().name};
      }
    }
  }

  static Strings seed_names(const ExperimentStep& step) {
    Strings names;
    for (const int64_t seed : step.seeds) {
      names.push_back("-" + std::to_string(seed));
    }
    return names;
  }

  /// The file that {name} stands for; of trainings with seeds that of the same one, or the first.
  std::optional<std::string> model(const std::string& name, const std::string& seed) const {
    if (name == "run") {
      return models_.run;
    }
    if (name == "beside") {
      return beside(experiment_.base);
    }
    const auto found = models_.names.find(name);
    if (found == models_.names.end()) {
      return shared_value(name);
    }
    const Strings& trainings = found->second;
    const bool same = std::count(trainings.begin(), trainings.end(), name + seed) > 0;
    return Models::file(models_.run, same ? name + seed : trainings.front());
  }

  /// A key of the shared recipe; nothing if it has no such.
  std::optional<std::string> shared_value(const std::string& key) const {
    const auto value = values_.find(key);
    if (value == values_.end()) {
      return std::nullopt;
    }
    return filled_in(value->second, path_, [this](const std::string& inner) {
      return inner == "run" ? std::optional<std::string>(models_.run) : std::nullopt;
    });
  }

  void add_commands(const ExperimentStep& step) {
    const std::string where = path_ + ": " + step.name;
    Strings items;
    for (const std::string& item : step.each) {
      const auto trainings = models_.names.find(item);
      if (trainings == models_.names.end()) {
        items.push_back(item);
      } else {
        items.insert(items.end(), trainings->second.begin(), trainings->second.end());
      }
    }
    if (step.each.empty()) {
      items.emplace_back();
    }
    for (const std::string& item : items) {
      PlannedStep planned;
      planned.name = item.empty() ? step.name : step.name + "-" + item;
      for (const std::string& word : words_of(step.run, where)) {
        const auto all = word.size() > 2 && word.front() == '{' && word.back() == '}'
                             ? models_.names.find(word.substr(1, word.size() - 2))
                             : models_.names.end();
        if (all != models_.names.end()) {
          for (const std::string& training : all->second) {
            planned.command.push_back(Models::file(models_.run, training));
          }
          continue;
        }
        planned.command.push_back(
            filled_in(word, where, [&](const std::string& name) -> std::optional<std::string> {
              if (name == "each") {
                return item;
              }
              if (name == "model" && models_.names.count(item) == 0) {
                throw ConfigError(
                    where + ": each: " + (item.empty() ? "is missing" : item + " is no training before this step") +
                    ", whose {model} could be used");
              }
              return model(name == "model" ? item : name, "");  // {model}: of the item
            }));
      }
      planned_.push_back(std::move(planned));
    }
  }

  const std::string& path_;
  Experiment& experiment_;
  const Strings& recipes_;
  std::string shared_;                         ///< recipe of all trainings
  std::map<std::string, std::string> values_;  ///< of it, by key
  Models models_;
  std::vector<PlannedStep> planned_;
};

}  // namespace

void ExperimentStep::visit(OptionVisitor& v) {
  v.field("name", name, "of its folder or output; others refer to it");
  v.field("base", base, "recipe file under this training, in place of the experiment's");
  v.group("recipe", recipe, "a training: keys of a recipe, over the shared ones");
  v.field("set", set, "key.sub=value of the training, on top of its recipe");
  v.field("seeds", seeds, at_least(0), "", "a training with each of them");
  v.field(
      "run", run,
      "a command of sotto; {run}: the folder, {NAME}: that training's model, {each}: an item of "
      "each, {model}: its model");
  v.field("each", each, "the command is run for each of these; a training's name: for its seeds");
}

void Experiment::visit(OptionVisitor& v) {
  v.field("kind", kind, {"experiment"}, "several steps");
  v.field("name", name, "short name; models carry it with their step's");
  v.field("about", about, "what the experiment is, for people");
  v.field("base", base, "recipe file under all trainings");
  v.group("recipe", recipe, "keys of a recipe that all trainings share");
  v.field("set", set, "key.sub=value on top of all trainings without a base of their own");
  v.list("steps", steps, "one after the other");
}

void Experiment::validate() const {
  if (steps.empty()) {
    throw ConfigError("steps: expected at least one");
  }
  std::set<std::string> names = {"run", "each", "model"};
  for (size_t i = 0; i < steps.size(); ++i) {
    const ExperimentStep& step = steps[i];
    const std::string where = "steps." + std::to_string(i);
    if (step.name.empty() || step.name.find_first_of(" /{}") != std::string::npos) {
      throw ConfigError(where + ".name: expected a word without blanks, slashes and braces");
    }
    if (!names.insert(step.name).second) {
      throw ConfigError(where + ".name: " + step.name + " is taken");
    }
    if (!step.run.empty() && (!step.recipe.empty() || !step.seeds.empty() || !step.base.empty() || !step.set.empty())) {
      throw ConfigError(where + ": expected a recipe or a command to run, got both");
    }
    if (step.run.empty() && !step.each.empty()) {
      throw ConfigError(where + ".each: belongs to a command; a training has seeds");
    }
  }
}

bool is_experiment(const std::string& path) {
  const std::string kind = yaml_value(read_file(path, size_t{16} << 20), path, "kind");
  if (!kind.empty() && kind != "recogniser" && kind != "language_model" && kind != "experiment") {
    throw ConfigError(
        path + ": kind: expected one of recogniser, language_model, experiment, got '" + kind + "'");
  }
  return kind == "experiment";
}

Experiment read_experiment(const std::string& path, const Strings& overrides) {
  Experiment experiment;
  const std::string defaults = write_yaml(experiment);
  Strings changes;
  Strings of_items;
  for (const std::string& change : overrides) {
    if (is_own_key(change, defaults)) {
      changes.push_back(change);
    } else if (is_of_item(change)) {
      of_items.push_back(change);
    } else {
      changes.push_back("recipe." + change);
    }
  }
  read_yaml(read_file(path, size_t{16} << 20), path, changes, experiment);
  experiment.set.insert(experiment.set.end(), of_items.begin(), of_items.end());
  return experiment;
}

std::vector<PlannedStep> plan_experiment(
    const std::string& path,
    const std::vector<std::string>& overrides,
    const std::string& run,
    const std::vector<std::string>& recipes) {
  Experiment experiment = read_experiment(path, overrides);
  return Planner(path, experiment, run, recipes).plan();
}

}  // namespace sotto::experiments
