#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "experiments/report/event_file.h"
#include "experiments/report/run_state.h"
#include "experiments/report/step_count.h"

namespace sotto::experiments {

/// What is said of some steps of training.
struct TrainingLine {
  std::string stage;
  int64_t epoch = 0;  ///< from 1, the one that is trained
  int64_t step = 0;   ///< done so far
  std::map<std::string, double> loss;
  double learning_rate = 0;
  double gradient_norm = 0;
  double frames_per_s = 0;
  double wait_share = 0;  ///< of the time, waiting for data
};

/// The log of a run: RUN/log.jsonl, a line a call (docs/run.md), the same numbers for TensorBoard,
/// and RUN/state.json. One process of a run has one.
///
///     RunLog log(run);
///     log.keep_until(stage, epochs_done, step);   // going on from a checkpoint
///     log.trained(...);  log.validated(...);
///     log.finish();
///
/// A log that is destroyed without `finish` says that the run was stopped.
class RunLog {
 public:
  /// @param run  an existing folder. A log that is there goes on.
  /// @throws DataError.
  explicit RunLog(std::string run);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  /// Drops what a stopped run logged behind its checkpoint, so that the log becomes an undisturbed
  /// run's but for times and rates. Stages' names differ from each other.
  /// @param stage        of the checkpoint; nothing of a later one is kept
  /// @param epochs_done  of that stage, validation included
  /// @param step         as in the lines of that stage
  void keep_until(const std::string& stage, int64_t epochs_done, int64_t step);

  /// How many steps the run will take, counted over all stages: for time left.
  void plan(int64_t steps);

  void trained(const TrainingLine& line);
  /// @param line  stage, epoch, step and whatever was found: `wer` {modality: value},
  /// `perplexity`...
  void validated(const nlohmann::json& line);

  void finish();
  /// Says why the run stops, in place of the destructor's silence.
  void stop(const std::string& reason);

 private:
  void write_line(const char* kind, const nlohmann::ordered_json& fields);
  void write_state(const std::string& state, const std::string& reason = "");

  std::string run_;
  std::string path_;
  EventFile events_;
  StepCount steps_;
  RunState state_;
  double started_s_;
  double taken_before_s_ = 0;
  bool ended_ = false;
};

}  // namespace sotto::experiments
