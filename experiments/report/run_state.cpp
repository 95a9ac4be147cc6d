#include "experiments/report/run_state.h"

#include <cerrno>
#include <filesystem>

#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include "common/files.h"
#include "experiments/report/log_time.h"

namespace sotto::experiments {
namespace {

std::string path_of(const std::string& run) {
  return (std::filesystem::path(run) / "state.json").string();
}

}  // namespace

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

RunState read_run_state(const std::string& run) {
  RunState state;
  if (!std::filesystem::exists(path_of(run))) {
    return state;
  }
  try {
    const auto json = nlohmann::json::parse(read_file(path_of(run)));
    state.state = json.value("state", "");
    state.reason = json.value("reason", "");
    state.began_s = parse_time(json.value("began", ""));
    state.changed_s = parse_time(json.value("changed", ""));
    state.taken_s = json.value("taken_s", 0.0);
    state.steps = json.value("steps", int64_t{0});
    state.host = json.value("host", "");
    state.process = json.value("process", int64_t{0});
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return state;
}

void write_run_state(const std::string& run, const RunState& state) {
  nlohmann::ordered_json json = {
      {"state", state.state},
      {"began", time_text(state.began_s)},
      {"changed", time_text(state.changed_s)},
      {"taken_s", state.taken_s},
      {"steps", state.steps},
      {"host", host_name()},
      {"process", static_cast<int64_t>(::getpid())}};
  if (!state.reason.empty()) {
    json["reason"] = state.reason;
  }
  using Handler = nlohmann::ordered_json::error_handler_t;
  write_file(path_of(run), json.dump(2, ' ', false, Handler::replace) + "\n");
}

RunState seen_from_here(RunState state) {
  const bool here = state.state == "running" && state.host == host_name();
  if (here && ::kill(static_cast<pid_t>(state.process), 0) != 0 && errno == ESRCH) {
    state.state = "stopped";
    state.reason = "its process is gone";
  }
  return state;
}

}  // namespace sotto::experiments
