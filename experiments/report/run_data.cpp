#include "experiments/report/run_data.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "common/error.h"
#include "common/files.h"
#include "common/yaml_values.h"
#include "experiments/report/log_lines.h"
#include "experiments/report/log_time.h"
#include "experiments/report/step_count.h"

namespace sotto::experiments {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kKnown = {"time", "kind", "stage", "epoch", "step", "loss"};

std::map<std::string, double> numbers_of(const nlohmann::json& object) {
  std::map<std::string, double> numbers;
  for (const auto& [key, value] : object.items()) {
    if (value.is_number()) {
      numbers[key] = value.get<double>();
    }
  }
  return numbers;
}

LogPoint point_of(const LogLine& line) {
  LogPoint point;
  point.stage = line.stage;
  point.epoch = line.epoch;
  const auto time = line.fields.find("time");
  point.time_s = time != line.fields.end() && time->is_string()
                     ? parse_time(time->get<std::string>())
                     : std::nan("");
  const auto loss = line.fields.find("loss");
  if (loss != line.fields.end() && loss->is_object()) {
    point.loss = numbers_of(*loss);
  }
  for (const auto& [key, value] : line.fields.items()) {
    if (kKnown.count(key) != 0) {
      continue;
    }
    if (value.is_number()) {
      point.numbers[key] = value.get<double>();
    } else if (value.is_object()) {
      point.errors[key] = numbers_of(value);
    }
  }
  return point;
}

void add_lines(const LogLines& log, RunData& run) {
  StepCount steps;
  int64_t epochs_before = 0;
  int64_t last_epoch = 0;
  int64_t last_step = 0;
  for (const LogLine& line : log.lines) {
    LogPoint point = point_of(line);
    const bool begins = run.stages.empty() || run.stages.back().name != line.stage;
    if (begins) {
      epochs_before += last_epoch;
      last_epoch = 0;
      run.stages.push_back({line.stage, last_step, epochs_before});
    }
    last_epoch = std::max(last_epoch, line.epoch);
    point.epochs = epochs_before + line.epoch;
    point.step = steps.add(line.stage, line.step);
    last_step = point.step;
    (line.validation ? run.validations : run.training).push_back(std::move(point));
  }
}

}  // namespace

std::string RunData::recipe_value(const std::string& key) const {
  const auto found = std::find_if(
      recipe.begin(), recipe.end(), [&](const auto& value) { return value.first == key; });
  return found == recipe.end() ? "" : found->second;
}

std::vector<std::string> RunData::measures() const {
  std::set<std::string> found;
  for (const LogPoint& point : validations) {
    for (const auto& [measure, values] : point.errors) {
      if (!values.empty()) {
        found.insert(measure);
      }
    }
    if (point.numbers.count("perplexity") != 0) {
      found.insert("perplexity");
    }
  }
  std::vector<std::string> order;
  for (const char* first : {"wer", "cer", "perplexity"}) {
    if (found.erase(first) != 0) {
      order.emplace_back(first);
    }
  }
  order.insert(order.end(), found.begin(), found.end());
  return order;
}

ModalityCurves RunData::measured(const std::string& measure) const {
  ModalityCurves curves;
  for (const LogPoint& point : validations) {
    const auto errors = point.errors.find(measure);
    if (errors != point.errors.end()) {
      for (const auto& [modality, value] : errors->second) {
        curves[modality].emplace_back(point.epochs, value);
      }
    }
    const auto number = point.numbers.find(measure);
    if (number != point.numbers.end()) {
      curves[""].emplace_back(point.epochs, number->second);
    }
  }
  return curves;
}

BestValue best_of(const Curve& curve) {
  size_t best = 0;  // the latest of equals, as best.safetensors is
  for (size_t i = 1; i < curve.size(); ++i) {
    best = curve[i].second <= curve[best].second ? i : best;
  }
  return {curve[best].second, best, curve[best].first};
}

RunData read_run(const std::string& folder) {
  RunData run;
  run.folder = folder;
  if (!fs::is_directory(folder)) {
    throw DataError(folder + ": expected the folder of a run, as sotto train --out makes it");
  }
  run.label = fs::path(fs::weakly_canonical(folder)).filename().string();
  const std::string log = (fs::path(folder) / "log.jsonl").string();
  if (!fs::exists(log) || fs::file_size(log) == 0) {
    throw DataError(log + ": nothing was logged yet; a report needs a line of the log at least");
  }
  const LogLines lines = read_log_lines(log);
  if (lines.lines.empty()) {
    throw DataError(log + ": nothing was logged yet; a report needs a line of the log at least");
  }
  add_lines(lines, run);
  run.state = seen_from_here(read_run_state(folder));
  const std::string recipe = (fs::path(folder) / "recipe.yaml").string();
  if (fs::exists(recipe)) {
    run.recipe_text = read_file(recipe);
    run.recipe = yaml_values(run.recipe_text, recipe);
  }
  run.texts = read_validation_texts(folder);
  run.samples = read_samples(folder);
  return run;
}

}  // namespace sotto::experiments
