#include "experiments/report/run_log.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/error.h"
#include "common/files.h"
#include "experiments/report/log_lines.h"
#include "experiments/report/log_time.h"

namespace sotto::experiments {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Every number of a line by its path, "wer/av"; what says where in the run it is is no scalar.
void collect(const ordered_json& node, const std::string& path, EventFile::Scalars& scalars) {
  for (const auto& [key, value] : node.items()) {
    const std::string name = path + key;
    if (value.is_object()) {
      collect(value, name + "/", scalars);
    } else if (value.is_number() && name != "epoch" && name != "step") {
      scalars.emplace_back(name, value.get<double>());
    }
  }
}

}  // namespace

RunLog::RunLog(std::string run)
    : run_(std::move(run)),
      path_((std::filesystem::path(run_) / "log.jsonl").string()),
      events_(run_, unix_now()),
      state_(read_run_state(run_)),
      started_s_(unix_now()),
      taken_before_s_(state_.taken_s) {
  if (state_.state.empty()) {
    state_.began_s = started_s_;
  }
  if (std::filesystem::exists(path_)) {
    LogLines lines = read_log_lines(path_);
    if (lines.torn) {
      write_log_lines(path_, lines);
    }
    for (const LogLine& line : lines.lines) {
      steps_.add(line.stage, line.step);
    }
  }
  write_state("running");
}

RunLog::~RunLog() {
  if (!ended_) {
    try {
      write_state("stopped");
    } catch (const Error&) {
      // The run is ending with an error of its own; a full disk may be that error.
    }
  }
}

void RunLog::keep_until(const std::string& stage, int64_t epochs_done, int64_t step) {
  steps_ = StepCount();
  if (!std::filesystem::exists(path_)) {
    return;
  }
  LogLines lines = read_log_lines(path_);
  // The mean of a stage's epochs is its end: a stage that goes on makes it anew.
  const auto behind = [&](const LogLine& line) {
    return line.stage == stage &&
           (line.step > step ||
            (line.validation && (line.epoch > epochs_done || line.fields.contains("averaged"))));
  };
  // Lines stand in the order of the run: what follows the first that is too late is too late as
  // well.
  size_t kept = 0;
  while (kept < lines.lines.size() && !behind(lines.lines[kept])) {
    ++kept;
  }
  if (kept < lines.lines.size()) {
    lines.lines.resize(kept);
    write_log_lines(path_, lines);
  }
  for (const LogLine& line : lines.lines) {
    steps_.add(line.stage, line.step);
  }
}

void RunLog::plan(int64_t steps) {
  state_.steps = steps;
  write_state("running");
}

void RunLog::trained(const TrainingLine& line) {
  ordered_json fields = {{"stage", line.stage}, {"epoch", line.epoch}, {"step", line.step}};
  fields["loss"] = ordered_json::object();
  for (const auto& [name, value] : line.loss) {
    fields["loss"][name] = value;
  }
  fields["learning_rate"] = line.learning_rate;
  fields["gradient_norm"] = line.gradient_norm;
  fields["frames_per_s"] = line.frames_per_s;
  fields["wait_share"] = line.wait_share;
  write_line("train", fields);
}

void RunLog::validated(const json& line) {
  ordered_json fields;
  for (const char* first : {"stage", "epoch", "step"}) {
    fields[first] = line.at(first);
  }
  for (const auto& [key, value] : line.items()) {
    fields[key] = value;
  }
  write_line("validation", fields);
  write_state("running");
}

void RunLog::write_line(const char* kind, const ordered_json& fields) {
  const double now = unix_now();
  ordered_json line = {{"time", time_text(now)}, {"kind", kind}};
  line.update(fields);
  // Numbers that are none become null: dump writes it so.
  const std::string text = line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  append_to_file(path_, text);
  EventFile::Scalars scalars;
  const bool validation = std::strcmp(kind, "validation") == 0;
  collect(fields, "", scalars);
  for (auto& [name, value] : scalars) {
    name = validation ? "validation/" + name : name;
  }
  const int64_t step =
      steps_.add(fields.at("stage").get<std::string>(), fields.at("step").get<int64_t>());
  events_.add(now, step, scalars);
}

void RunLog::write_state(const std::string& state, const std::string& reason) {
  state_.state = state;
  state_.reason = reason;
  state_.changed_s = unix_now();
  state_.taken_s = taken_before_s_ + state_.changed_s - started_s_;
  write_run_state(run_, state_);
}

void RunLog::finish() {
  write_state("finished");
  ended_ = true;
}

void RunLog::stop(const std::string& reason) {
  write_state("stopped", reason);
  ended_ = true;
}

}  // namespace sotto::experiments
